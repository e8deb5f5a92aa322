"""An authorization answer that the provider signed (JWT Secured Authorization Response Mode, JARM).

The token carries the parameters that otherwise stand in the address or the form. It is read into
them, so that ``authorization.read`` judges both forms alike.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from gatepost.oidc import authorization, claim_types
from gatepost.oidc.claim_types import WrongClaim
from gatepost.oidc.compact import TOKEN_LIMIT, Unverified, parse
from gatepost.oidc.jose import ASYMMETRIC
from gatepost.oidc.key_set import KeySet, UnknownKey, verify
from gatepost.values import By, Clock, Fault, Secret

_OUTSIDE: Final = ("code", "error", "state")
_OF_THE_TOKEN: Final = frozenset({"aud", "exp", "iat", "jti", "nbf"})
_TEXTS: Final = ("code", "error", "error_description", "iss", "state")


def find(parameters: Sequence[tuple[str, str]]) -> str:
    """Return the signed answer among what a browser brought back (JARM, "Response Encoding").

    Raises Fault(by=CLIENT): ``authorization.duplicate`` for two, ``authorization.jarm`` for none,
    or where a plain answer stands beside it: there would be two readings.
    """
    found = authorization.single(parameters)
    response = found.get("response")
    if not response:
        raise _refused("it is not there")
    if any(name in found for name in _OUTSIDE):
        raise _refused("a plain answer stands beside it")
    return response


def read(
    response: str,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    algorithms: Collection[str] = ASYMMETRIC,
    secret: Secret | None = None,
    leeway: float = 0.0,
    clock: Clock,
) -> tuple[tuple[str, str], ...]:
    """Return the parameters of a signed answer, ``iss`` included (JARM, "Processing Rules").

    issuer: the one that was asked. algorithms, secret: as in ``key_set.verify``. leeway: seconds.
    Raises Fault(by=CLIENT), code ``authorization.jarm``, or UnknownKey, upon which a caller may
    fetch the keys again and read once more.
    """
    try:
        token = parse(response, limit=TOKEN_LIMIT, repeats=True)  # Keycloak 26 writes iss twice
        if "+" in (token.typ or ""):  # RFC 8725, 3.11: a token of another kind says so
            raise _refused("its typ is that of another kind of token")
        _check(token, issuer, client_id, leeway, clock)
        verify(token, keys, algorithms=algorithms, secret=secret)
    except UnknownKey:
        raise
    except WrongClaim as reason:
        raise _refused(str(reason)) from None
    except Fault as reason:
        if reason.code == "authorization.jarm":
            raise
        raise _refused(f"{reason.code}, {reason.cause}") from None
    return _parameters(token.payload)


def _check(token: Unverified, issuer: str, client_id: str, leeway: float, clock: Clock) -> None:
    claims = token.payload
    if claims.get("iss") != issuer:
        raise _refused(f"iss is {ascii(claims.get('iss'))[:200]}, asked was {issuer[:200]}")
    if set(claim_types.audience(claims) or ()) != {client_id}:
        raise _refused("it is not for this client alone")
    if claim_types.until(claims, leeway, clock) is None:
        raise _refused("it does not say when it expires")


def _parameters(claims: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    for name in _TEXTS:
        if not isinstance(claims.get(name, ""), str):
            raise _refused(f"{name} is not a text")
    return tuple(
        (name, value)
        for name, value in claims.items()
        if isinstance(value, str) and name not in _OF_THE_TOKEN
    )


def _refused(cause: str) -> Fault:
    return Fault(
        "authorization.jarm",
        "The provider's signed answer (JARM) is not accepted.",
        by=By.CLIENT,
        cause=cause,
    )
