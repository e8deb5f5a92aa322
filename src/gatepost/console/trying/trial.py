"""What somebody tries: a request, with which credential, and what was sent already."""

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from gatepost.console.collection import Collection, Order, Saved, Way
from gatepost.values import Secret

KEPT = 50
"""Requests of the history."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider granted, or somebody pasted."""

    access: Secret = field(repr=False)
    refresh: Secret | None = field(default=None, repr=False)
    identity: Secret | None = field(default=None, repr=False)
    scope: str = ""

    @classmethod
    def of(cls, granted: Mapping[str, Any], before: "Tokens | None" = None) -> "Tokens":
        """Return those of an answer; a refresh token that was not renewed goes on being good."""

        def held(name: str) -> Secret | None:
            value = granted.get(name)
            return Secret(value) if isinstance(value, str) and value else None

        access = held("access_token")
        if access is None:
            raise ValueError("an answer without an access token is none")
        kept = before.refresh if before is not None else None
        return cls(
            access,
            held("refresh_token") or kept,
            held("id_token"),
            str(granted.get("scope") or ""),
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """One request that was sent, and its answer. call: as it can be sent again or saved."""

    at: float
    call: Saved
    host: str
    answer: Mapping[str, Any] = field(repr=False)

    @property
    def mark(self) -> str:
        """What the gateway's trace of it is found by."""
        return str(self.answer["mark"])

    @property
    def status(self) -> int:
        """The status of the answer."""
        return int(self.answer["status"])


@dataclass(slots=True)
class Trial:
    """Everything on the page that is not only looks. way: which credential goes with a request.

    insecure: whatever certificate the gateway has.
    """

    gateway: str = ""
    method: str = "GET"
    path: str = "/"
    host: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: str = field(default="", repr=False)
    insecure: bool = False
    way: Way = "none"
    order: Order | None = None
    tokens: Tokens | None = field(default=None, repr=False)
    history: list[Sent] = field(default_factory=list, repr=False)
    collection: Collection = field(default_factory=lambda: Collection("Gatepost"), repr=False)
    route: Mapping[str, Any] | None = None
    service: Mapping[str, Any] | None = None
    plugins: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    issuers: dict[str, str] = field(default_factory=dict)
    """Issuers that can be asked, with their token endpoints."""

    def authorization(self) -> str | None:
        """Return the credential as a header's value, None where there is none."""
        if self.way == "basic" and self.order is not None:
            pair = f"{self.order.client_id}:{self.order.client_secret}"
            return f"Basic {base64.b64encode(pair.encode()).decode()}"
        if self.way in {"chained", "bearer"} and self.tokens is not None:
            return f"Bearer {self.tokens.access.reveal()}"
        return None

    def sent_headers(self) -> list[list[str]]:
        """Return the headers of the request, its credential among them."""
        fields = [[name, value] for name, value in self.headers]
        credential = self.authorization()
        return fields if credential is None else [["Authorization", credential], *fields]

    def request(self) -> dict[str, Any]:
        """Return what ``POST /try/request`` is asked."""
        asked: dict[str, Any] = {
            "gateway": self.gateway,
            "method": self.method,
            "path": self.path,
            "headers": self.sent_headers(),
            "mark": f"console-{secrets.token_hex(8)}",
        }
        if self.host:
            asked["host"] = self.host
        if self.insecure and self.gateway.startswith("https://"):
            asked["insecure"] = True
        if self.body:
            asked["body"] = self.body
        return asked

    def described(self) -> dict[str, Any]:
        """Return the request as ``POST /explain`` is asked about it."""
        parts = urlsplit(self.gateway or "http://localhost")
        url = f"{parts.scheme}://{self.host or parts.netloc}{self.path}"
        told = {"method": self.method, "url": url, "headers": self.sent_headers()}
        return {**told, "body": self.body} if self.body else told

    def call(self, name: str = "", answer: Mapping[str, Any] | None = None) -> Saved:
        """Return the request as it can be saved. answer: what came back, for its expectations."""
        headers = self.headers
        if self.host:
            headers = (("Host", self.host), *headers)
        return Saved(
            name or f"{self.method} {self.path.partition('?')[0]}",
            self.gateway,
            self.path,
            self.method,
            headers,
            self.body,
            self.way,
            self.order,
            self.tokens.access.reveal() if self.way == "bearer" and self.tokens else "",
            expects=int(answer["status"]) if answer else None,
            is_json=answer is not None and is_json(answer),
        )

    def note(self, answer: Mapping[str, Any]) -> Sent:
        """Put what was sent just now into the history."""
        sent = Sent(time.time(), self.call(answer=answer), self.host, answer)
        self.history.insert(0, sent)
        del self.history[KEPT:]
        return sent

    def load(self, call: Saved) -> None:
        """Take a saved call to be sent next; the gateway stays where the call's is not known."""
        self.method, self.path, self.body = call.method, call.path, call.body
        self.host = next((v for n, v in call.headers if n.lower() == "host"), "")
        self.headers = tuple(one for one in call.headers if one[0].lower() != "host")
        self.way, self.order = call.way, call.order
        if call.way == "bearer" and call.token:
            self.tokens = Tokens(Secret(call.token))


def is_json(answer: Mapping[str, Any]) -> bool:
    """Say whether an answer calls itself JSON."""
    named = [
        str(v).lower() for n, v in answer.get("headers") or () if str(n).lower() == "content-type"
    ]
    return any(one.partition(";")[0].strip().endswith(("/json", "+json")) for one in named)
