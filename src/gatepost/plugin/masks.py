"""What was secret in one request is masked in all that is told of it, by ``explain`` and traces."""

import base64
import binascii
import re
from typing import Any
from urllib.parse import parse_qsl

from gatepost.values import Headers

_SECRET_HEADERS = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "access-token",
        "x-access-token",
        "id-token",
        "x-id-token",
        "dpop",
    }
)
_JWT = re.compile(r"[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*")
_LONG = re.compile(r"(?i)\b(bearer|basic|dpop)\s+\S+")
_SHORTEST = 8
_SECRET_CLAIMS = frozenset(
    {
        "access_token",
        "client_assertion",
        "client_secret",
        "code",
        "code_verifier",
        "id_token",
        "password",
        "refresh_token",
        "secret",
        "token",
    }
)
"""Members of a provider's answer that hold a credential, should it send one back."""


class Masks:
    """Knows what was secret in one request, in all of its spellings."""

    def __init__(self, headers: Headers, body: bytes, args: str | None) -> None:
        self._secrets: set[str] = set()
        for name, value in headers:
            if name.lower() in _SECRET_HEADERS:
                self.add(value)
                for piece in re.split(r"[;,]", value):
                    self.add(piece.partition("=")[2])
        for _, value in parse_qsl(args or ""):
            if len(value) >= 2 * _SHORTEST:
                self.add(value)
        for _, value in parse_qsl(body.decode("latin-1")):
            self.add(value)

    def add(self, text: str) -> None:
        """Learn a secret; of ``Scheme credential`` also the credential and what it holds."""
        scheme, space, rest = text.strip().partition(" ")
        for secret in (text.strip(), rest.strip()):
            if len(secret) >= _SHORTEST:
                self._secrets.add(secret)
        if space and scheme.lower() == "basic":
            try:
                name, _, password = base64.b64decode(rest).decode("latin-1").partition(":")
            except (binascii.Error, ValueError):
                return
            self._secrets.update(one for one in (f"{name}:{password}", password) if one)

    def header(self, name: str, value: str) -> str:
        """Return a header's value as it may be shown."""
        if name.lower() in _SECRET_HEADERS:
            scheme, space, _ = value.partition(" ")
            return f"{scheme} ***" if space and scheme.isalnum() else "***"
        return self.text(value)

    def text(self, text: str) -> str:
        """Return a text without any secret that is known or looks like one."""
        return _LONG.sub(r"\1 ***", self.challenge(text))

    def challenge(self, text: str) -> str:
        """Return a challenge without any secret; what follows its scheme is none by itself."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return _JWT.sub("***", text)

    def claim(self, name: str, value: Any) -> Any:
        """Return a claim's value as it may be shown; what is called like a credential is none."""
        return "***" if name.lower() in _SECRET_CLAIMS else self.value(value)

    def value(self, value: Any) -> Any:
        """Return a value of JSON without secrets."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list | tuple):
            return [self.value(one) for one in value]
        if isinstance(value, dict):
            return {self.text(key): self.claim(key, one) for key, one in value.items()}
        return value
