"""Lies in logout tokens, and in how they are sent (OpenID Connect Back-Channel Logout 1.0)."""

import secrets

from gatepost.idp.draft import LOGOUT_TOKEN_SECONDS, Change, Draft
from gatepost.idp.faulty.drafts import (
    expired,
    flipped,
    other_alg,
    set_to,
    suffixed,
    unsigned,
    with_claims,
    without,
)

Form = tuple[tuple[str, str], ...]
"""The fields that are posted, in order."""


def _other_type(draft: Draft) -> Draft:
    return Draft(draft.claims, "JWT", draft.header, draft.seal)


def _extra_claim(draft: Draft) -> Draft:
    return with_claims(draft, ignored_claim="to be ignored")


LOGOUT_TOKEN: dict[str, Change] = {
    "backchannel-alg-none": unsigned,
    "backchannel-wrong-alg": other_alg,
    "backchannel-wrong-iss": suffixed("iss", "INVALID"),
    "backchannel-wrong-aud": suffixed("aud", "INVALID"),
    "backchannel-no-event": without("events"),
    "backchannel-wrong-event": set_to(
        "events", {"http://schemas.openid.net/event/foobar": dict[str, object]()}
    ),
    "backchannel-with-nonce": set_to("nonce", "never-in-a-logout-token"),
    "backchannel-missing-iat": without("iat"),
    "backchannel-missing-jti": without("jti"),
    "backchannel-no-sub-no-sid": without("sub", "sid"),
    "backchannel-sub-only": without("sid"),
    "backchannel-expired": expired(LOGOUT_TOKEN_SECONDS),
    "backchannel-invalid-sig": flipped,
    "backchannel-id-token-typ": _other_type,
    "backchannel-extra": _extra_claim,
}
"""Faults of the token. ``-sub-only`` and ``-extra`` are right all the same."""

GARBAGE, TWICE, EXTRA = "backchannel-garbage", "backchannel-twice-parameter", "backchannel-extra"
REPLAY = "backchannel-replay"
"""The very same message is sent a second time when the first was answered."""

LOGOUT_FAULTS = (*LOGOUT_TOKEN, GARBAGE, TWICE, REPLAY)

NEEDS_OTHER_KEY = frozenset({"backchannel-wrong-alg"})


def form(token: str, fault: str | None) -> Form:
    """Return what is posted, right or as it was ordered."""
    right = ("logout_token", token)
    if fault == GARBAGE:
        return (("logout_token", secrets.token_urlsafe(200)),)
    if fault == TWICE:
        return (right, right)
    if fault == EXTRA:
        return (("ignored_parameter", "to be ignored"), right)
    return (right,)
