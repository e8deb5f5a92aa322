"""What the upstream and the client are told about a proven caller, as headers."""

import base64
import json
from collections.abc import Callable, Iterator

from gatepost.oidc import Introspection, Key, Userinfo
from gatepost.oidc import claims as claim_reader
from gatepost.plugin.auth_method import Proof
from gatepost.plugins.openid_connect.access import claim
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.header_names import written
from gatepost.plugins.openid_connect.session import Session
from gatepost.values import By, Fault

LIMIT = 8_192
"""Characters of one header; more is refused, never cut off."""

Value = Callable[[Proof], str | None]


class Told:
    """The headers of one side: ``upstream`` or ``downstream``."""

    def __init__(self, config: OpenIdConnectConfig, side: str) -> None:
        self._headers = tuple(_headers(config, side))

    @property
    def names(self) -> tuple[str, ...]:
        """The names as they are sent."""
        return tuple(name for name, _ in self._headers)

    def values(self, proof: Proof) -> tuple[tuple[str, str | None], ...]:
        """Return every header with its value, None where there is nothing to tell.

        Raises Fault(by=CLIENT), ``token.claim_…``, for a value that cannot be sent: a missing
        identity header could be read as "nobody", so the request is refused instead.
        """
        return tuple((name, value(proof)) for name, value in self._headers)


def downstream_headers(
    told: Told, proof: Proof, *, prefix: str = ""
) -> tuple[tuple[str, str], ...]:
    """Return the headers for the client; prefix: of those that the token endpoint sent."""
    found = tuple((name, value) for name, value in told.values(proof) if value is not None)
    replayed = proof.details.get("token_headers")
    if not isinstance(replayed, tuple):
        return found
    return found + tuple((f"{prefix}{name}", value) for name, value in replayed)


def _headers(config: OpenIdConnectConfig, side: str) -> Iterator[tuple[str, Value]]:
    def named(field: str) -> str | None:
        name: str | None = getattr(config, f"{side}_{field}")
        return name

    access_token = named("access_token_header")
    if access_token is not None:
        yield _access_token(access_token)
    for field, value in (
        ("access_token_jwk_header", _jwk("key")),
        ("introspection_header", _introspection),
        ("introspection_jwt_header", _introspection_jwt),
        ("id_token_header", _token("id_token")),
        ("id_token_jwk_header", _jwk("id_key")),
        ("refresh_token_header", _token("refresh_token")),
        ("user_info_header", _userinfo),
        ("user_info_jwt_header", _userinfo_jwt),
        ("session_id_header", _session_id),
    ):
        name = named(field)
        if name is not None:
            yield written(name), value
    for entry in getattr(config, f"{side}_headers") or ():
        yield written(entry.header), _claim(entry.path)
    claims = getattr(config, f"{side}_headers_claims") or ()
    names = getattr(config, f"{side}_headers_names") or ()
    for path, name in zip(claims, names, strict=True):
        yield written(name), _claim((path,))


def _access_token(configured: str) -> tuple[str, Value]:
    name, _, suffix = configured.rpartition(":")
    if suffix.lower() == "bearer" and name:
        return written(
            name
        ), lambda proof: None if proof.access_token is None else f"Bearer {proof.access_token}"
    return written(configured), lambda proof: proof.access_token


def _claim(path: tuple[str, ...]) -> Value:
    return lambda proof: claim_reader.claim_as_header(claim(proof, path))


def _jwk(detail: str) -> Value:
    def value(proof: Proof) -> str | None:
        key = proof.details.get(detail)
        return _encoded(dict(key.jwk)) if isinstance(key, Key) and key.jwk else None

    return value


def _token(detail: str) -> Value:
    def value(proof: Proof) -> str | None:
        token = proof.details.get(detail)
        return token if isinstance(token, str) else None

    return value


def _userinfo(proof: Proof) -> str | None:
    answer = proof.details.get("userinfo")
    return _encoded(dict(answer.claims)) if isinstance(answer, Userinfo) else None


def _userinfo_jwt(proof: Proof) -> str | None:
    answer = proof.details.get("userinfo")
    if not isinstance(answer, Userinfo) or answer.jwt is None:
        return None
    return _bounded(answer.jwt.reveal())


def _session_id(proof: Proof) -> str | None:
    session = proof.details.get("session")
    return session.id if isinstance(session, Session) else None


def _introspection(proof: Proof) -> str | None:
    answer = proof.details.get("introspection")
    return _encoded(dict(answer.claims)) if isinstance(answer, Introspection) else None


def _introspection_jwt(proof: Proof) -> str | None:
    answer = proof.details.get("introspection")
    if not isinstance(answer, Introspection) or answer.jwt is None:
        return None
    return _bounded(answer.jwt.reveal())


def _encoded(value: dict[str, object]) -> str:
    """Write JSON as base64, so that no character of it can end or split a header."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return _bounded(base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii"))


def _bounded(text: str) -> str:
    if len(text) > LIMIT:
        raise Fault(
            "token.claim_too_large",
            "What the provider said is too large for a header.",
            by=By.CLIENT,
            cause=f"{len(text)} characters of {LIMIT}",
        )
    return text
