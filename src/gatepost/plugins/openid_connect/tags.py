"""What a proven credential rests on, so that it can be revoked."""

from collections.abc import Mapping

from gatepost.oidc import Key
from gatepost.values import Tag, TagKind

_CLIENT_CLAIMS = ("client_id", "azp", "cid")


def tags_of(
    claims: Mapping[str, object], issuer: str, *, instance: str, key: Key | None = None
) -> tuple[Tag, ...]:
    """Return the tags of a token's claims; issuer: the configured one, where the claims name none.

    A key is tagged under the configured issuer and the token's, since either may be revoked.
    """
    named = _text(claims, "iss") or issuer
    found = [Tag.of(TagKind.ISSUER, named)]
    for kind, claim in (
        (TagKind.SUBJECT, "sub"),
        (TagKind.TOKEN_ID, "jti"),
        (TagKind.SESSION, "sid"),
    ):
        value = _text(claims, claim)
        if value is not None:
            found.append(Tag.of(kind, named, value))
    clients = {value for claim in _CLIENT_CLAIMS if (value := _text(claims, claim)) is not None}
    found += [Tag.of(TagKind.CLIENT, named, client) for client in sorted(clients)]
    if key is not None and key.kid is not None:
        found += [Tag.of(TagKind.KEY, one, key.kid) for one in sorted({named, issuer})]
    if instance:
        found.append(Tag.of(TagKind.PLUGIN, instance))
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
