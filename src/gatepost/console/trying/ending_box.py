"""Taking a token back, or shutting its application out, to see that the gateway refuses it."""

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from gatepost.console.parts import Field, Form, action, confirm, only_for, primary, prose, row
from gatepost.console.trying.desk import Desk


def ending_box(desk: Desk) -> None:
    """Put it on the page."""
    place = ui.element("div").classes("gp-section")

    def draw() -> None:
        place.clear()
        with place:
            if desk.trial.authorization() is None:
                prose("No token goes with the request. Get one first.")
                return
            _revoking(desk)
            if desk.trial.order is not None and desk.issuers():
                _application(desk)
            with row():
                primary("Send again", desk.send, icon="send")

    desk.on("token", draw)
    draw()


def _revoking(desk: Desk) -> None:
    told = ui.element("p").classes("gp-prose").props('role="status"')
    with told:
        said = ui.label(
            "Gateways refuse what is revoked at once, also where they remembered that it is good."
        )

    async def revoke(wish: Mapping[str, Any]) -> None:
        asked = {**wish, "why": "tried out in the console"}
        done = await desk.view.tried(desk.view.api.post("/revocations", asked))
        if done is not None:
            said.set_text(f"Revoked; applied by {done['reach']}. Now send again.")

    async def token() -> None:
        if desk.trial.tokens is not None:
            await revoke({"token": desk.trial.tokens.access.reveal()})

    async def everything(kind: str, name: str) -> None:
        claims = await _claims(desk)
        value, issuer = claims.get(name), claims.get("iss")
        if kind == "client" and desk.trial.order is not None:
            value = value or desk.trial.order.client_id
            issuer = issuer or next(iter(desk.issuers()), None)
        if not value or not issuer:
            said.set_text(
                f"The token does not say of which {kind} it is, so there is nothing to name."
            )
            return
        sure = await confirm(
            f"Revoke everything of this {kind}?",
            f"Every token that {issuer} issued to {value} until now is refused at all gateways of "
            "this control plane. It cannot be undone; tokens that are issued later are good.",
            yes=f"Revoke all of this {kind}",
        )
        if sure:
            await revoke({kind: str(value), "issuer": str(issuer)})

    with row():
        if desk.trial.tokens is not None:
            only_for(desk.view, "operator", action("Revoke this token", token, icon="block"))
        only_for(
            desk.view,
            "operator",
            action("Revoke this client", lambda: everything("client", "client_id"), bad=True),
        )
        if desk.trial.tokens is not None:
            only_for(
                desk.view,
                "operator",
                action("Revoke this subject", lambda: everything("subject", "sub"), bad=True),
            )


async def _claims(desk: Desk) -> dict[str, Any]:
    """Return what the token says of whom it is; ``client_id`` whatever its issuer calls it."""
    if desk.trial.tokens is None:
        return {}
    asked = {"token": desk.trial.tokens.access.reveal()}
    found = await desk.view.tried(desk.view.api.post("/openid-connect/decode", asked))
    claims = dict((found or {}).get("claims") or {})
    client = next((claims[one] for one in ("client_id", "cid", "azp") if claims.get(one)), None)
    return {**claims, "client_id": client}


def _application(desk: Desk) -> None:
    prose(
        "At a provider with Okta's management API, the application can be switched off: its tokens "
        "end there, and gateways that ask about them see it."
    )
    order = desk.trial.order
    form = Form(
        [
            Field("issuer", "Issuer", "choice", options=desk.issuers(), required=True),
            Field("client_id", "Application (client id)", required=True),
            Field(
                "api_token", "API token of the provider", "secret",
                "The development provider wants none.",
            ),
        ],
        {"issuer": next(iter(desk.issuers()), None), "client_id": order.client_id if order else ""},
    )  # fmt: skip

    async def switch(what: str) -> None:
        if not form.check():
            return
        told = {name: value for name, value in form.values().items() if value is not None}
        if what == "deactivate" and not await confirm(
            f"Deactivate {told['client_id']}?",
            f"At {told['issuer']}, nobody gets or uses tokens of this application until it is "
            "activated again. Everything that uses it stops working.",
            yes="Deactivate it",
        ):
            return
        asked = desk.view.api.send(
            "POST", "/try/application", {**told, "action": what}, patience=40.0
        )
        await desk.view.tried(asked, done=f"{told['client_id']} is {what}d. Now send again.")

    with row():
        off = action("Deactivate the application", lambda: switch("deactivate"), bad=True)
        only_for(desk.view, "operator", off)
        only_for(desk.view, "operator", action("Activate it again", lambda: switch("activate")))
