"""A desk on a page without a browser, over answers that a test scripts."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from gatepost.console.trying import Desk
from tests.unit.console.shown import Answers, User, admin_api, shown, ui, view_of

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e" + "x" * 3000
ROUTE = {
    "id": "r1", "name": "orders", "paths": ["/orders"], "methods": ["GET"], "service": {"id": "s1"},
}  # fmt: skip
PLUGIN = {
    "id": "p1", "name": "openid-connect", "enabled": True, "route": {"id": "r1"},
    "config": {
        "issuer": "http://idp", "auth_methods": ["bearer"], "scopes_required": ["read"], "leeway": 0
    },
}  # fmt: skip
SENT = {
    "status": 200, "headers": [["Content-Type", "application/json"]], "body": '{"a":1}',
    "encoding": "text", "truncated": False, "seconds": 0.012, "mark": "m1",
}  # fmt: skip
TRACE = {
    "id": "t1", "at": 1.0, "node": "n1", "route": "r1", "service": "s1", "consumer": None,
    "method": "GET", "scheme": "http", "host": "gw", "path": "/orders", "status": 200,
    "outcome": "forward", "code": None, "message": None, "memory": "asked", "seconds": 0.01,
    "upstream_seconds": 0.001, "mark": "m1", "steps": [], "claims": [], "read": [],
    "upstream": {"headers": [["X-Added", "1"], ["Authorization", None]]},
}  # fmt: skip
STORY = {
    "outcome": "forward", "request": {"method": "GET", "url": "http://gw/orders", "headers": []},
    "plan": {"id": "1", "plugins": ["openid-connect (priority 1050)"]}, "steps": [], "claims": [],
    "read": [], "upstream": {"url": "http://up/orders", "host": "up", "headers": []},
    "memory": {"remembered": True, "seconds": 300, "tags": [], "why_not": []},
}  # fmt: skip
DECODED = {
    "kind": "jwt", "header": {"alg": "RS256", "kid": "k"},
    "claims": {
        "iss": "http://idp", "sub": "ann", "cid": "app", "exp": 4_000_000_000, "odd": HOSTILE
    },
    "signature": {"ok": True, "says": "It was signed by its issuer.", "kid": "k", "issuer": "i"},
}  # fmt: skip


@dataclass
class Page:
    """What a test has in hands."""

    user: User
    desk: Desk
    answers: Answers

    def asked(self, path: str) -> list[Any]:
        """Return the bodies that came to a path."""
        return [
            json.loads(body) if body else None
            for request, body in zip(self.answers.asked, self.answers.bodies, strict=False)
            if request.path == path
        ]

    def box(self, mark: str) -> Any:
        """Return the input that has this mark."""
        (found,) = self.user.find(marker=mark).elements
        return found

    def press_icon(self, words: str) -> None:
        """Click the button that a screen reader calls so."""
        chosen = self.user.find(kind=ui.button)
        chosen.elements = {one for one in chosen.elements if one.props.get("aria-label") == words}
        assert len(chosen.elements) == 1
        chosen.click()

    def field(self, label: str) -> Any:
        """Return the input that has this label, the one that was drawn last."""
        every = [one for one in self.user.find(kind=ui.element).elements if _label(one) == label]
        return max(every, key=lambda one: one.id)


def _label(element: ui.element) -> str:
    return str(element.props.get("label") or "").removesuffix(" *")


async def soon(what: Callable[[], Any], patience: float = 5.0) -> None:
    """Wait until something is so."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + patience
    while not what():
        assert loop.time() < ends, "it did not come about"
        await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def at_desk(
    draw: Callable[[Desk], Any], prepare: Callable[[Desk], Any] = lambda _: None
) -> AsyncIterator[Page]:
    """Put a part of the page up. prepare: the trial, before it is drawn."""
    async with admin_api() as (api, answers):
        for path, value in _USUAL.items():
            answers.say(path, value)
        held: list[Desk] = []

        def root() -> None:
            desk = Desk(view_of(api))
            desk.gateways = [{"url": "http://gw:8000", "node": "n1", "hostname": "h"}]
            desk.trial.gateway = "http://gw:8000"
            desk.trial.issuers = {"http://idp": "http://idp/token"}
            held.append(desk)
            prepare(desk)
            draw(desk)

        async with shown(root) as user:
            yield Page(user, held[-1], answers)


_USUAL: dict[str, Any] = {
    "/try/gateways": {"data": [{"url": "http://gw:8000", "node": "n1", "hostname": "h"}]},
    "/openid-connect/issuers": {
        "data": [{"issuer": "http://idp", "configuration": {"token_endpoint": "http://idp/token"}}]
    },
    "/openid-connect/decode": DECODED,
    "/routes/r1": ROUTE,
    "/routes/r1/plugins": {"data": [PLUGIN]},
    "/services/s1": {"id": "s1", "name": "api"},
    "/services/s1/plugins": {"data": []},
    "/plugins": {"data": [PLUGIN]},
    "/schemas/plugins/openid-connect": {
        "fields": [{"config": {"fields": [{"leeway": {"default": 0}}]}}]
    },
    "/traces": {"data": [TRACE]},
    "/traces/t1": TRACE,
    "/explain": STORY,
    "/try/request": SENT,
    "/try/token": {"access_token": "canary-got", "refresh_token": "canary-fresh", "expires_in": 60},
    "/revocations": {"data": [], "reach": "1 of 1 connected node"},
}
