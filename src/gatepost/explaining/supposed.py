"""A token that is supposed to say something else than it does, as if its provider had issued it so.

A JWT is signed anew, also one that the provider gives for this explanation, with a key that joins
the provider's; what introspection and userinfo answer is changed on its way. The provider is asked
about the token that it knows. Whatever was revoked of that token is revoked of the supposed one.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from gatepost.oidc import ASYMMETRIC, Key, Unverified, generate, parse, sign
from gatepost.plugin import HttpRequest, Revocation
from gatepost.plugin.request import media_type
from gatepost.values import By, Call, Fault, Headers, Reply, Tag
from gatepost.values.call import Fetch

_FIRST = ("authorization", "access-token", "x-access-token")
_ARGUMENT = "access_token"
_OF_THE_TOKEN = frozenset({"active", "exp", "iat", "jti", "nbf"})
"""Claims that say something of a token, so not of whom userinfo tells."""


@dataclass
class Supposed:
    """Claims that are changed; None takes one away.

    used: what they changed: ``token``, ``introspection``, ``userinfo``.
    """

    claims: Mapping[str, Any] = field(repr=False)
    used: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    _old: str = field(default="", repr=False)
    _new: str = field(default="", repr=False)
    _key: Key | None = field(default=None, repr=False)

    def request(self, request: HttpRequest) -> HttpRequest:
        """Return the request with the supposed token; as it is where it holds no JWT.

        Takes a while (a key is made). Raises Fault (operator) ``explain.what_if`` for a token that
        cannot be signed anew.
        """
        self._old = next(_jwts(request), "")
        if not self._old:
            return request
        self._sign(parse(self._old))
        return replace(
            request,
            headers=Headers([(name, self._put(value)) for name, value in request.headers]),
            args=self._put(request.args) if request.args else request.args,
            body=request.body.replace(self._old.encode(), self._new.encode()),
        )

    @property
    def secret(self) -> str:
        """The supposed token, to be masked; empty for none."""
        return self._new

    def fetch(self, fetch: Fetch) -> Fetch:
        """Return a fetch through which providers tell of the supposed token."""

        async def supposing(call: Call) -> Reply:
            reply = await fetch(self._asked(call))
            if reply.status != 200:
                return reply
            match call.purpose:
                case "token" if not self._new:
                    return await asyncio.to_thread(self._granted, reply)
                case "jwks" if self._key is not None:
                    return self._with_key(reply, self._key)
                case "introspection":
                    return self._said(reply, "introspection", self.claims)
                case "userinfo":
                    kept = {k: v for k, v in self.claims.items() if k not in _OF_THE_TOKEN}
                    return self._said(reply, "userinfo", kept)
            return reply

        return supposing

    def revocations(self, given: Iterable[Revocation]) -> Iterator[Revocation]:
        """Yield what was revoked, and of the token in the request the supposed one as well."""
        for one in given:
            yield one
            if self._new and one.tag == Tag.token(self._old):
                yield replace(one, tag=Tag.token(self._new))

    def _asked(self, call: Call) -> Call:
        if not self._new:
            return call
        return replace(
            call,
            url=call.url.replace(self._new, self._old),
            headers=Headers([(n, v.replace(self._new, self._old)) for n, v in call.headers]),
            body=call.body.replace(self._new.encode(), self._old.encode()),
        )

    def _sign(self, token: Unverified) -> None:
        if token.alg not in ASYMMETRIC:
            raise Fault(
                "explain.what_if",
                f"The token is signed with {token.alg}, a secret that its issuer shares: its "
                "claims cannot be supposed to differ. Get one that is signed with a key.",
                by=By.OPERATOR,
            )
        self._key = generate(token.alg, token.kid)
        header = {**token.header, "kid": self._key.kid}
        self._new = sign(_merged(token.payload, self.claims), self._key, header=header)
        self.used.add("token")

    def _granted(self, reply: Reply) -> Reply:
        """Return what the token endpoint granted, with the supposed token in the place of its own.

        The id token that comes with it is of the same subject and does not name the other.
        """
        said = _object(reply)
        if said is None or not _is_jwt(str(said.get("access_token"))):
            return reply
        self._old = str(said["access_token"])
        try:
            self._sign(parse(self._old))
        except Fault as fault:
            self.problems.append(fault.message)
            return reply
        given: dict[str, Any] = {"access_token": self._new}
        if isinstance(self.claims.get("scope"), str):
            given["scope"] = self.claims["scope"]
        beside = str(said.get("id_token"))
        if _is_jwt(beside) and self._key is not None:
            token = parse(beside)
            about = {name: self.claims[name] for name in ("iss", "sub") if name in self.claims}
            claims = _merged(token.payload, {**about, "at_hash": None})
            header = {"kid": self._key.kid, "alg": self._key.alg}
            given["id_token"] = sign(claims, self._key, header={**token.header, **header})
        return _written(reply, {**said, **given})

    def _with_key(self, reply: Reply, key: Key) -> Reply:
        document = _object(reply)
        published = document.get("keys") if document is not None else None
        if document is None or not isinstance(published, list):
            return reply
        others = [one for one in published if _kid(one) != key.kid]
        return _written(reply, {**document, "keys": [dict(key.jwk), *others]})

    def _said(self, reply: Reply, what: str, claims: Mapping[str, Any]) -> Reply:
        said = _object(reply)
        if said is None:
            self.problems.append(f"the answer of {what} is signed, so that it stays as it is")
            return reply
        self.used.add(what)
        return _written(reply, _merged(said, claims))

    def _put(self, text: str) -> str:
        return text.replace(self._old, self._new)


def _merged(said: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**said, **claims}.items() if value is not None}


def _jwts(request: HttpRequest) -> Iterator[str]:
    """Yield what may be the request's access token, in the order in which it is looked for."""
    headers = request.headers
    for name in _FIRST:
        yield from filter(_is_jwt, map(_credential, headers.all(name)))
    yield from filter(_is_jwt, (value for name, value in _pairs(request.args) if name == _ARGUMENT))
    if media_type(headers) == "application/x-www-form-urlencoded":
        form = _pairs(request.body.decode("latin-1"))
        yield from filter(_is_jwt, (value for name, value in form if name == _ARGUMENT))
    others = (value for name, value in headers if name.lower() not in (*_FIRST, "cookie"))
    yield from filter(_is_jwt, map(_credential, others))
    for line in headers.all("cookie"):
        pieces = (piece.strip().partition("=")[2] for piece in line.split(";"))
        yield from filter(_is_jwt, pieces)


def _credential(value: str) -> str:
    return value.strip().rpartition(" ")[2]


def _pairs(text: str | None) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text or "", max_num_fields=1000)
    except ValueError:
        return []


def _is_jwt(text: str) -> bool:
    try:
        parse(text)
    except Fault:
        return False
    return True


def _object(reply: Reply) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _kid(jwk: object) -> object:
    return jwk.get("kid") if isinstance(jwk, dict) else None


def _written(reply: Reply, document: Mapping[str, Any]) -> Reply:
    return replace(reply, body=msgspec.json.encode(document))
