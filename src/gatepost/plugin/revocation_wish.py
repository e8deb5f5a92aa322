"""What a person asks to revoke, read strictly and turned into tags."""

import base64
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from gatepost.values import By, Fault, Secret, Tag, TagKind

KEPT = 30 * 86400.0
"""Seconds that a revocation is kept unless the request says otherwise."""

_TARGETS = ("token", "token_id", "subject", "client", "session", "key", "issuer")
_KINDS = {
    "token_id": TagKind.TOKEN_ID,
    "subject": TagKind.SUBJECT,
    "client": TagKind.CLIENT,
    "session": TagKind.SESSION,
    "key": TagKind.KEY,
}
_FIELDS = frozenset((*_TARGETS, "who", "why", "for"))


@dataclass(frozen=True, slots=True)
class Wish:
    """What to revoke: exactly one target; with an issuer where the target needs one.

    token: the token itself. target: (kind, value) for the others. issuer: None means every issuer
    that the node's plans know. seconds: how long the revocation is kept, None for the default.
    """

    token: Secret | None
    target: tuple[TagKind, str] | None
    issuer: str | None
    who: str
    why: str
    seconds: float | None = None

    def tags(self, issuers: Collection[str], now: float) -> list[tuple[Tag, float]]:
        """Return each tag to revoke, with the moment until which that is kept.

        Raises Fault(by=CLIENT) ``revocation.no_issuer`` when no issuer is named or known.
        """
        until = now + (KEPT if self.seconds is None else self.seconds)
        if self.token is not None:
            text = self.token.reveal()
            ends = _expiry(text)
            # Some configurations accept a token beyond its exp (leeway, verify_claims off, an
            # opinion of the provider's), so exp makes a revocation longer, never shorter.
            return [(Tag.token(text), until if ends is None else max(until, ends + 86400.0))]
        if self.target is None:
            return [(Tag.of(TagKind.ISSUER, str(self.issuer)), until)]
        kind, value = self.target
        named = [self.issuer] if self.issuer is not None else sorted(issuers)
        if not named:
            raise _bad(
                "revocation.no_issuer",
                "No issuer is named, and no plugin here names one either. Give the issuer.",
            )
        return [(Tag.of(kind, issuer, value), until) for issuer in named]


def read_wish(body: bytes) -> Wish:
    """Read the JSON of POST /revocations; Fault(by=CLIENT) ``revocation.malformed``."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _bad("revocation.malformed", 'Send a JSON object, such as {"token": "…"}.')
    unknown = sorted(set(value) - _FIELDS)
    if unknown:
        raise _bad(
            "revocation.malformed",
            f"Unknown field {unknown[0]!r}. Known: {', '.join(sorted(_FIELDS))}.",
        )
    texts = {name: _text(value, name) for name in (*_TARGETS, "who", "why")}
    given = [name for name in _TARGETS if name != "issuer" and texts[name] is not None]
    if len(given) > 1:
        raise _bad("revocation.malformed", f"One target at a time: {' and '.join(given)} came.")
    if not given and texts["issuer"] is None:
        raise _bad("revocation.malformed", f"Say what to revoke: one of {', '.join(_TARGETS)}.")
    name = given[0] if given else "issuer"
    if name == "token" and texts["issuer"] is not None:
        raise _bad("revocation.malformed", "A token is revoked by itself; leave the issuer out.")
    target = (_KINDS[name], str(texts[name])) if name in _KINDS else None
    token = Secret(_bare(str(texts["token"]))) if name == "token" else None
    return Wish(
        token, target, texts["issuer"], texts["who"] or "", texts["why"] or "", _seconds(value)
    )


def _text(value: dict[str, Any], name: str) -> str | None:
    text = value.get(name)
    if text is None:
        return None
    limit = 16384 if name == "token" else 1024
    if not isinstance(text, str) or not text.strip() or len(text) > limit:
        raise _bad("revocation.malformed", f"{name} must be a text of 1 to {limit} characters.")
    if any("\ud800" <= char <= "\udfff" for char in text):
        # It would stay in the log, and no authorizer could read it: not now, not after a restart.
        raise _bad("revocation.malformed", f"{name} holds half of a character; send whole ones.")
    return text.strip()


def _bare(token: str) -> str:
    scheme, space, rest = token.partition(" ")
    return rest.strip() if space and scheme.lower() in {"bearer", "dpop"} else token


def _seconds(value: dict[str, Any]) -> float | None:
    seconds = value.get("for")
    if seconds is None:
        return None
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not number or not 1 <= seconds <= 10 * 366 * 86400:
        raise _bad("revocation.malformed", "for must be a number of seconds, up to ten years.")
    return float(seconds)


def _expiry(token: str) -> float | None:
    """Return the exp of a readable JWT. Nobody verified it, so it may only lengthen."""
    pieces = token.split(".")
    if len(pieces) != 3:
        return None
    try:
        padded = pieces[1] + "=" * (-len(pieces[1]) % 4)
        ends = json.loads(base64.urlsafe_b64decode(padded))["exp"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if isinstance(ends, bool) or not isinstance(ends, int | float) or not 0 < ends < 2**40:
        return None
    return float(ends)


def _bad(code: str, message: str) -> Fault:
    return Fault(code, message, by=By.CLIENT)
