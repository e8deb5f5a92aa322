"""What a proven credential rests on, so that it can be revoked."""

from collections.abc import Mapping

from gatepost.oidc import Key
from gatepost.values import Tag, TagKind

_KINDS = (("sub", TagKind.SUBJECT), ("jti", TagKind.TOKEN_ID), ("sid", TagKind.SESSION))
_CLIENT_CLAIMS = ("client_id", "azp", "cid")


def tags_of(
    claims: Mapping[str, object], issuer: str, *, instance: str, key: Key | None = None
) -> tuple[Tag, ...]:
    """Return the tags of a token's claims; issuer: the configured one, where the claims name none.

    A key is tagged under the configured issuer and the token's, since either may be revoked.
    """
    named = _text(claims, "iss") or issuer
    found = [Tag(TagKind.ISSUER, (named,))]
    for claim, kind in _KINDS:
        if claim in claims and (value := _text(claims, claim)) is not None:
            found.append(Tag(kind, (named, value)))
    if "sid" in claims and (sid := _text(claims, "sid")) is not None:
        found.append(Tag(TagKind.LOGIN, (named, "sid", sid)))
    clients = [v for c in _CLIENT_CLAIMS if c in claims and (v := _text(claims, c)) is not None]
    found += [Tag(TagKind.CLIENT, (named, client)) for client in sorted(set(clients))]
    if key is not None and key.kid is not None:
        issuers = (named,) if named == issuer else sorted((named, issuer))
        found += [Tag(TagKind.KEY, (one, key.kid)) for one in issuers]
    if instance:
        found.append(Tag(TagKind.PLUGIN, (instance,)))
    return tuple(found)


def issued_at(claims: Mapping[str, object]) -> float | None:
    """Return when a token says it was issued (wall seconds), or None."""
    return number(claims, "iat")


def number(claims: Mapping[str, object], name: str) -> float | None:
    """Return a claim that is a number, or None."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _text(claims: Mapping[str, object], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and value else None
