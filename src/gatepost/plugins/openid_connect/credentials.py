"""Where credentials ride, and what they look like there.

Places are searched in a fixed order: header, query, body, cookie. The first that holds something
decides, also when what it holds is no good. A header or argument that comes twice never gets
here: the engine refuses it, because it is a key attribute that may come once.
"""

import base64
import binascii
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from gatepost.plugin.attribute import Attribute, bit, cookie, header, query
from gatepost.plugin.auth_method import Place
from gatepost.plugin.request import Request
from gatepost.plugins.openid_connect.body import parameter
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.header_names import is_name, written
from gatepost.values import Secret

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # token68: RFC 7235, 2.1; RFC 6750, 2.1
_ARGUMENT = "access_token"


class BearerToken(msgspec.Struct, frozen=True):
    """An access token as it was presented, and where."""

    text: str
    places: tuple[Place, ...]

    def __repr__(self) -> str:
        return f"BearerToken(places={self.places!r})"


@dataclass(frozen=True, slots=True)
class NamedSecret:
    """The name of a client or user and its secret, as they were presented, and where."""

    name: str
    secret: Secret
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something of the right kind that cannot be read."""

    code: str
    reason: str
    places: tuple[Place, ...]


class BearerPlaces:
    """Where an access token may ride."""

    def __init__(self, config: OpenIdConnectConfig) -> None:
        places = config.bearer_token_param_type
        single = config.bearer_token_header_name
        self._headers: tuple[str, ...] = ()
        if "header" in places:
            self._headers = (
                (written(single).lower(),)
                if single
                else ("authorization", "access-token", "x-access-token")
            )
        self._query, self._body = "query" in places, "body" in places
        self._cookie = config.bearer_token_cookie_name if "cookie" in places else None

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``find`` reads from a request."""
        found = [header(name) for name in self._headers]
        found += [query(_ARGUMENT)] if self._query else []
        found += [bit("body")] if self._body else []
        found += [cookie(self._cookie)] if self._cookie else []
        return tuple(found)

    def find(self, request: Request) -> BearerToken | Unreadable | None:
        """Return the token that was presented first in the order of places."""
        for place, value in self._candidates(request):
            token = _without_scheme(place, value)
            if token is None:
                continue
            if not _TOKEN.fullmatch(token):
                return Unreadable("token.malformed", "The token is malformed.", (place,))
            return BearerToken(token, (place,))
        return None

    def _candidates(self, request: Request) -> Iterator[tuple[Place, str]]:
        for name in self._headers:
            for value in request.header(name):
                yield Place("header", name), value
        if self._query:
            for value in request.query(_ARGUMENT):
                yield Place("query", _ARGUMENT), value
        if self._body:
            value_or_none = parameter(request, _ARGUMENT)
            if value_or_none is not None:
                yield Place("body", _ARGUMENT), value_or_none
        if self._cookie:
            for value in request.cookie(self._cookie):
                yield Place("cookie", self._cookie), value


class PairPlaces:
    """Where a name and a secret may ride: in Basic, or as two arguments."""

    def __init__(self, places: tuple[str, ...], name: str, secret: str) -> None:
        self.in_header = "header" in places
        self._query, self._body = "query" in places, "body" in places
        self._name, self._secret = name, secret

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``find`` reads from a request."""
        found = [header("authorization")] if self.in_header else []
        found += [query(self._name), query(self._secret)] if self._query else []
        found += [bit("body")] if self._body else []
        return tuple(found)

    def find(self, request: Request) -> NamedSecret | Unreadable | None:
        """Return the first pair; a name without a secret is no credential."""
        if self.in_header:
            for value in request.header("authorization"):
                scheme, _, rest = value.partition(" ")
                if scheme.lower() == "basic":
                    return _basic(rest)
        if self._query:
            name, secret = request.query(self._name), request.query(self._secret)
            if name and secret:
                return self._pair(name[0], secret[0], "query")
        if self._body:
            body_name = parameter(request, self._name)
            body_secret = parameter(request, self._secret)
            if body_name is not None and body_secret is not None:
                return self._pair(body_name, body_secret, "body")
        return None

    def _pair(self, name: str, secret: str, kind: str) -> NamedSecret | Unreadable:
        places = (Place(kind, self._name), Place(kind, self._secret))
        if not name:
            return Unreadable("credential.malformed", f"{self._name} is empty.", places)
        if any("\ud800" <= char <= "\udfff" for char in name + secret):  # not UTF-8: not sendable
            return Unreadable("credential.malformed", "The credential is not text.", places)
        return NamedSecret(name, Secret(secret), places)


def client_places(config: OpenIdConnectConfig) -> PairPlaces:
    """Return where a client id and secret may ride."""
    return PairPlaces(config.client_credentials_param_type, "client_id", "client_secret")


def password_places(config: OpenIdConnectConfig) -> PairPlaces:
    """Return where a user's name and password may ride."""
    return PairPlaces(config.password_param_type, "username", "password")


class TokenPlaces:
    """Where a token under a configured name may ride: a refresh token, an id token."""

    def __init__(self, places: tuple[str, ...], name: str) -> None:
        self._header = written(name).lower() if "header" in places and is_name(name) else None
        self._query, self._body = "query" in places, "body" in places
        self._name = name

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``find`` reads from a request."""
        found = [header(self._header)] if self._header else []
        found += [query(self._name)] if self._query else []
        found += [bit("body")] if self._body else []
        return tuple(found)

    def find(self, request: Request) -> BearerToken | Unreadable | None:
        """Return the token that was presented first in the order of places."""
        for place, value in self._candidates(request):
            token = value
            if place.kind == "header":
                scheme, space, rest = value.partition(" ")
                token = rest.lstrip(" ") if space and scheme.lower() == "bearer" else value
            if not token or any(not "!" <= char <= "~" for char in token):
                return Unreadable("credential.malformed", f"{self._name} is malformed.", (place,))
            return BearerToken(token, (place,))
        return None

    def _candidates(self, request: Request) -> Iterator[tuple[Place, str]]:
        if self._header:
            for value in request.header(self._header):
                yield Place("header", self._header), value
        if self._query:
            for value in request.query(self._name):
                yield Place("query", self._name), value
        if self._body:
            found = parameter(request, self._name)
            if found is not None:
                yield Place("body", self._name), found


def looks_like_jwt(token: str) -> bool:
    """Return whether a token has the shape of a signed JWT: three parts, the first a JSON object.

    Only the shape: an opaque token with two dots in it stays opaque.
    """
    if token.count(".") != 2:
        return False
    first = token[: token.index(".")][:8]  # eight characters are six bytes: white space and brace
    return _begins_object(first)


@functools.lru_cache(maxsize=256)  # nearly all begin alike
def _begins_object(first: str) -> bool:
    try:
        begin = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4))
    except (binascii.Error, ValueError):
        return False
    return begin.lstrip(b" \t\r\n")[:1] == b"{"


def _without_scheme(place: Place, value: str) -> str | None:
    """Return the token in a place, or None when the place holds another kind of credential."""
    if place.kind != "header":
        return value
    scheme, space, rest = value.partition(" ")
    if scheme.lower() == "bearer" and (space or place.name == "authorization"):
        return rest.lstrip(" ")
    return None if place.name == "authorization" else value


def _basic(encoded: str) -> NamedSecret | Unreadable:
    """Read the Basic scheme (RFC 7617): base64 of ``id:secret``, in UTF-8."""
    place = Place("header", "authorization")
    try:
        pair = base64.b64decode(encoded.lstrip(" "), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return Unreadable("credential.malformed", "The Basic credential is malformed.", (place,))
    name, colon, secret = pair.partition(":")
    if not colon or not name or any(char < " " or char == "\x7f" for char in pair):
        return Unreadable("credential.malformed", "The Basic credential is malformed.", (place,))
    return NamedSecret(name, Secret(secret), (place,))
