"""Getting a token as a client or a person would, or having one already."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from gatepost.console.admin_api import Invalid, Trouble
from gatepost.console.collection import Order
from gatepost.console.parts import Field, Form, copied, primary, prose, row, text
from gatepost.console.trying.desk import Desk
from gatepost.console.trying.logins import LOGINS
from gatepost.console.trying.suggested import methods, scopes
from gatepost.console.view import tell

WAYS = {
    "none": "Send none",
    "client_credentials": "Client credentials: as an application",
    "password": "Password: for a person, by name and password",
    "login": "Browser login: authorization code with PKCE",
    "refresh_token": "Refresh: by a refresh token",
    "paste": "Paste one",
    "basic": "Id and secret to the gateway, which gets the token",
}
_CLIENT = (
    Field("client_id", "Client id", required=True),
    Field("client_secret", "Client secret", "secret"),
)
_MORE = {
    "password": (
        Field("username", "Name at the provider", required=True),
        Field("password", "Password", "secret", required=True),
    ),
    "refresh_token": (
        Field("refresh_token", "Refresh token", "secret", "Empty takes the one from before."),
    ),
}


def token_box(desk: Desk) -> None:
    """Put it on the page."""
    way = ui.select(WAYS, value="none", label="Which credential goes with the request")
    way.props("outlined dense options-dense").mark("way")
    place = ui.element("div")

    def draw() -> None:
        place.clear()
        with place:
            _DRAWN[str(way.value)](desk, str(way.value))

    def chosen() -> None:
        if way.value == _held(desk):
            return  # the page follows what was taken, and takes nothing away
        desk.trial.way = "none"
        draw()
        desk.changed("token")

    def suggest() -> None:
        held = _held(desk)
        if held is not None:
            way.set_value(held)
        elif desk.trial.tokens is None:
            way.set_value(_suggested(desk))
        draw()

    way.on_value_change(chosen)
    desk.on("request", suggest)
    draw()


def _held(desk: Desk) -> str | None:
    """Return the way by which the request's credential is got, None where it has none."""
    trial = desk.trial
    if trial.way == "chained" and trial.order is not None:
        return str(trial.order.grant)
    return {"bearer": "paste", "basic": "basic"}.get(trial.way)


def _suggested(desk: Desk) -> str:
    known = methods(desk.trial.plugins)
    if "bearer" in known or "introspection" in known:
        return "client_credentials"
    return "basic" if "client_credentials" in known else "none"


def _none(_desk: Desk, _: str) -> None:
    prose("The request is sent without one, as a stranger would send it.")


def _paste(desk: Desk, _: str) -> None:
    form = Form([Field("token", "Access token", "secret", required=True)])

    def take() -> None:
        if form.check():
            token = str(form.values()["token"]).removeprefix("Bearer ").strip()
            form.set("token", "")
            desk.take({"access_token": token}, "bearer")

    with row():
        primary("Use it", take, icon="key")


def _basic(desk: Desk, _: str) -> None:
    prose("The gateway trades them for a token at the provider: client credentials at the gate.")
    form = Form(list(_CLIENT), _values(desk))

    def take() -> None:
        if form.check():
            told = form.values()
            # nothing is asked for here: the gateway does
            desk.trial.order = Order(
                "", "client_credentials", told["client_id"], told["client_secret"] or ""
            )
            desk.trial.way = "basic"
            desk.changed("token")
            tell("They go with the next request.")

    with row():
        primary("Use them", take, icon="key")


def _asked_for(desk: Desk, grant: str) -> None:
    form = Form([_issuer(desk), *_CLIENT, *_MORE.get(grant, ()), *_rest()], _values(desk))

    async def get() -> None:
        if not form.check():
            return
        told = {name: value for name, value in form.values().items() if value is not None}
        if grant == "refresh_token" and "refresh_token" not in told:
            held = desk.trial.tokens.refresh if desk.trial.tokens else None
            if held is None:
                form.show({"refresh_token": "No refresh token was granted before: give one."})
                return
            told["refresh_token"] = held.reveal()
        granted = await _told(
            desk, form, lambda: _post(desk, "/try/token", {**told, "grant": grant})
        )
        if granted is not None:
            desk.trial.order = _order(desk, grant, told, granted)
            desk.take(granted, "chained")

    with row():
        primary("Get a token", get, icon="key")


def _login(desk: Desk, _: str) -> None:
    prose("A new tab opens the provider's login; you come back here with a token.")
    form = Form([_issuer(desk), *_CLIENT, *_rest()], {**_values(desk), "scope": _openid(desk)})
    uri = f"{desk.origin}/try/callback"
    text("Redirect URI, to be registered at the provider:", "quiet small")
    copied(uri, label="Copy the redirect URI")
    place = ui.element("div").props('role="status"')

    async def begin() -> None:
        if not form.check():
            return
        told = {name: value for name, value in form.values().items() if value is not None}
        body = {**told, "redirect_uri": uri}
        begun = await _told(desk, form, lambda: _post(desk, "/try/login", body))
        if begun is None:
            return

        async def take(parameters: Any) -> str | None:
            return await _back(desk, told, str(begun["flow"]), parameters)

        LOGINS.begin(str(begun["state"]), desk.view.me, take)
        place.clear()
        with place:
            _leads(str(begun["url"]))

    with row():
        primary("Log in", begin, icon="login")


def _leads(url: str) -> None:
    """Open the provider's login in another tab; a link does it where a browser does not."""
    if not url.startswith(("https://", "http://")):
        prose("The provider's login is at no address that a browser opens.")
        return
    with ui.element("a").classes("gp-link") as made:
        made.props["href"] = url
        made.props["target"] = "_blank"
        made.props["rel"] = "noopener noreferrer"
        text("Open the login at the provider")
    _ = made.run_method("click")
    text("Waiting for you to come back…", "quiet")


async def _back(desk: Desk, told: dict[str, Any], flow: str, parameters: Any) -> str | None:
    """Complete a login for the page that began it."""
    if desk.closed:
        return "The page that began this login was closed. Begin again under Try it."
    try:
        body = {"flow": flow, "parameters": dict(parameters)}
        granted = await _post(desk, "/try/login/complete", body)
    except Trouble as trouble:
        return trouble.message
    desk.trial.order = _order(desk, "refresh_token", told, granted)
    desk.take(granted, "chained")
    return None


async def _told(desk: Desk, form: Form, doing: Callable[[], Any]) -> Any:
    """Await a call; what is wrong with a field is said there."""
    form.show({})

    async def asked() -> Any:
        try:
            return await doing()
        except Invalid as invalid:
            form.told(invalid)
            return None

    return await desk.view.tried(asked())


async def _post(desk: Desk, path: str, body: dict[str, Any]) -> Any:
    return await desk.view.api.send("POST", path, body, patience=40.0)


def _order(desk: Desk, grant: Any, told: dict[str, Any], granted: Any) -> Order:
    """Return how this token was got, as a collection asks for it again."""
    refresh = granted.get("refresh_token") or told.get("refresh_token") or ""
    return Order(
        desk.trial.issuers.get(str(told["issuer"]), ""),
        grant,
        str(told["client_id"]),
        str(told.get("client_secret") or ""),
        str(told.get("scope") or ""),
        str(told.get("audience") or ""),
        str(told.get("username") or ""),
        str(told.get("password") or ""),
        str(refresh) if grant == "refresh_token" else "",
        in_body=told.get("auth") == "client_secret_post",
    )


def _issuer(desk: Desk) -> Field:
    return Field("issuer", "Issuer", "choice", options=desk.issuers(), required=True)


def _rest() -> tuple[Field, ...]:
    ways = ("client_secret_basic", "client_secret_post", "none")
    about = "Empty leaves it to what the provider says of itself."
    return (
        Field("scope", "Scopes, with spaces between them"),
        Field("audience", "Audience"),
        Field("auth", "How the client proves who it is", "choice", about, options=ways),
    )


def _values(desk: Desk) -> dict[str, Any]:
    """Return what the form begins with: what was asked for before, or what the policy wants."""
    named, order = desk.issuers(), desk.trial.order
    values: dict[str, Any] = {
        "issuer": named[0] if named else None,
        "scope": scopes(desk.trial.plugins),
    }
    if order is None:
        return values
    of_file = next((one for one, url in desk.trial.issuers.items() if url == order.url), None)
    kept = {
        "issuer": of_file,
        "scope": order.scope,
        "client_id": order.client_id,
        "client_secret": order.client_secret,
        "audience": order.audience,
        "username": order.username,
        "password": order.password,
    }
    return {**values, **{name: value for name, value in kept.items() if value}}


def _openid(desk: Desk) -> str:
    return " ".join(dict.fromkeys(["openid", *scopes(desk.trial.plugins).split()]))


_DRAWN: dict[str, Callable[[Desk, str], None]] = {
    "none": _none,
    "client_credentials": _asked_for,
    "password": _asked_for,
    "login": _login,
    "refresh_token": _asked_for,
    "paste": _paste,
    "basic": _basic,
}
