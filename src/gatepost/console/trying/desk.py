"""What the parts of the page share: the trial, who looks, and who wants to know of a change."""

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, final

from nicegui import ui

from gatepost.console.admin_api import Gone, Trouble, Unknown, of
from gatepost.console.trying import suggested
from gatepost.console.trying.trial import Sent, Tokens, Trial
from gatepost.console.view import View

Matter = Literal["request", "token", "sent"]


@final
class Desk:
    """One page. sent: what its answer shows; None before something was sent."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.trial = Trial()
        self.sent: Sent | None = None
        self.gateways: list[Mapping[str, Any]] = []
        self.client = ui.context.client
        request = self.client.request
        self.origin = f"{request.url.scheme}://{request.url.netloc}"
        self._anchor = ui.element("div").classes("gp-hidden")
        self._listeners: dict[str, list[Callable[[], Any]]] = {}

    @property
    def closed(self) -> bool:
        """Whether the page is there no more."""
        return self._anchor.is_deleted

    async def look_where(self) -> None:
        """Learn by which scheme the browser came: a proxy with TLS in front is not seen here."""
        with contextlib.suppress(TimeoutError):
            told = str(await ui.run_javascript("return location.origin", timeout=5.0))
            if told == f"https://{self.client.request.url.netloc}":
                self.origin = told

    def on(self, matter: Matter, listener: Callable[[], Any]) -> None:
        """Call it whenever this has changed."""
        self._listeners.setdefault(matter, []).append(listener)

    def changed(self, *matters: Matter) -> None:
        """Tell who wants to know, wherever this is called from."""
        for matter in matters:
            for listener in self._listeners.get(matter, ()):
                with self.client:
                    listener()

    def take(self, granted: Mapping[str, Any], way: Literal["chained", "bearer"]) -> None:
        """Have these tokens from now on."""
        before = self.trial.tokens if way == "chained" else None
        self.trial.tokens = Tokens.of(granted, before)
        self.trial.way = way
        self.changed("token")

    async def choose(self, ident: str) -> None:
        """Take a route, with what it suggests. Raises Trouble."""
        trial, api = self.trial, self.view.api
        route = await api.get(of("routes", ident))
        plugins = list((await api.page(of("routes", route["id"], "plugins"))).items)
        service = None
        if route.get("service"):
            service = await api.get(of("services", route["service"]["id"]))
            plugins += (await api.page(of("services", service["id"], "plugins"))).items
        everybodys = (await api.page("/plugins")).items
        scopes = ("route", "service", "consumer", "consumer_group")
        plugins += [one for one in everybodys if not any(one.get(scope) for scope in scopes)]
        trial.route, trial.service, trial.plugins = route, service, tuple(plugins)
        suggested.fits(route, trial)
        self.changed("request", "token")

    async def learn(self) -> None:
        """Find out which gateways there are. Raises Trouble."""
        api, trial = self.view.api, self.trial
        self.gateways = (await api.get("/try/gateways"))["data"]
        if not trial.gateway and self.gateways:
            trial.gateway = str(self.gateways[0]["url"])

    async def learn_issuers(self) -> None:
        """Find out what issuers say of themselves; some of them may take their time or be away.

        Not knowing it, one can still ask for a token: the Admin API looks for itself.
        """
        try:
            told = (await self.view.api.get("/openid-connect/issuers"))["data"]
        except Unknown:
            self.view.expired()
            return
        except Trouble:
            return
        before = self.issuers()
        self.trial.issuers = {
            str(one["issuer"]): str((one.get("configuration") or {}).get("token_endpoint") or "")
            for one in told
        }
        if not before and self.trial.issuers:
            self.changed("request")

    def issuers(self) -> list[str]:
        """Return issuers that can be asked for a token, those of the route first."""
        named = suggested.issuers(self.trial.plugins)
        return list(dict.fromkeys([*named, *self.trial.issuers]))

    async def send(self) -> None:
        """Send the request, and show what comes back."""
        answer = await self.view.tried(self.sending())
        if answer is not None:
            self.sent = self.trial.note(answer)
            self.changed("sent")

    def sending(self) -> Awaitable[Mapping[str, Any]]:
        """Return the sending of the request as it stands."""
        return self.view.api.send("POST", "/try/request", self.trial.request(), patience=40.0)

    def ready(self) -> str | None:
        """Return what is missing before the request can be sent, None for nothing."""
        if not self.trial.gateway:
            return "No node of this control plane can be reached from it."
        if not self.trial.path.startswith("/"):
            return "The path begins with a slash."
        return None

    async def explained(self, what_if: Mapping[str, Any] | None = None) -> Any:
        """Return the story of the request as it stands. Raises Trouble."""
        asked: dict[str, Any] = {"request": self.trial.described()}
        if what_if:
            asked["what_if"] = what_if
        return await self.view.api.send("POST", "/explain", asked, patience=40.0)

    async def trace(self, mark: str) -> Any:
        """Return the trace of what was sent, None where there is none yet. Raises Trouble."""
        try:
            found = (await self.view.api.get("/traces", mark=mark, size=1))["data"]
            return await self.view.api.get(of("traces", found[0]["id"])) if found else None
        except Gone:
            return None
