"""Lies in ID tokens and about refreshing, as the OpenID Foundation's RP tests tell them.

Most names are those of a module of its plans; where a number is given, it is theirs.
"""

from gatepost.idp.draft import ID_TOKEN_SECONDS, Change, Draft
from gatepost.idp.faulty.drafts import (
    expired,
    flipped,
    flipped_es256,
    flipped_hs256,
    impostor,
    other_alg,
    set_to,
    suffixed,
    unsigned,
    with_claims,
    with_header,
    without,
)


def _second_audience(draft: Draft) -> Draft:
    """Add an audience that nobody knows, and no azp (OpenID Connect Core 1.0, 3.1.3.7)."""
    right = draft.claims["aud"]
    return with_claims(draft, aud=[right, f"{right}1"])


def _only_audience_as_array(draft: Draft) -> Draft:
    """Say the same in the other form that is allowed (2): to be accepted."""
    return with_claims(draft, aud=[draft.claims["aud"]])


def _other_party(draft: Draft) -> Draft:
    return with_claims(draft, azp=f"{draft.claims['aud']}1")


ID_TOKEN: dict[str, Change] = {
    "id-token-invalid-iss": suffixed("iss", "1"),
    "id-token-missing-sub": without("sub"),
    "id-token-empty-sub": set_to("sub", ""),
    "id-token-invalid-aud": suffixed("aud", "1"),
    "id-token-missing-aud": without("aud"),
    "id-token-invalid-secondary-aud": _second_audience,
    "id-token-aud-as-array": _only_audience_as_array,
    "id-token-invalid-azp": _other_party,
    "id-token-missing-iat": without("iat"),
    "id-token-missing-exp": without("exp"),
    "id-token-expired": expired(ID_TOKEN_SECONDS),
    "id-token-sig-none": unsigned,
    "id-token-invalid-sig": flipped,
    "id-token-invalid-sig-hs256": flipped_hs256,
    "id-token-invalid-sig-es256": flipped_es256,
    "id-token-wrong-alg": other_alg,
    "id-token-wrong-key": impostor,
    "id-token-invalid-nonce": suffixed("nonce", "1"),
    "id-token-missing-nonce": without("nonce"),
    "id-token-invalid-at-hash": suffixed("at_hash", "1"),
    "id-token-missing-at-hash": without("at_hash"),
    "id-token-no-kid": with_header(kid=None),
}
"""Faults of any answer that holds an ID token."""

RENEWED_ID_TOKEN: dict[str, Change] = {
    "refresh-invalid-issuer": suffixed("iss", "1"),
    "refresh-invalid-sub": suffixed("sub", "1"),
}
"""Faults of the ID token in the answer to a refresh."""

MISSING = frozenset({"id-token-missing"})
RENEWED_MISSING = frozenset({"refresh-no-id-token"})
"""The answer, or that to a refresh, holds no ID token where one was asked for."""

KEEPS_REFRESH_TOKEN = frozenset({"refresh-no-rotation"})
"""The answer to a refresh holds no new refresh token, and the old one stays good."""

ROTATES = frozenset({"rotate-before-signing"})
"""All keys are replaced, and the old ones withdrawn, just before an ID token is signed."""

TOKEN_FAULTS = (
    *ID_TOKEN,
    *RENEWED_ID_TOKEN,
    *MISSING,
    *RENEWED_MISSING,
    *KEEPS_REFRESH_TOKEN,
    *ROTATES,
)

NEEDS_OTHER_KEY = frozenset({"id-token-wrong-alg"})
NEEDS_P256_KEY = frozenset({"id-token-invalid-sig-es256"})
"""Faults for which a key of another algorithm is published as soon as they are ordered, so that
a client finds it among the keys that it fetched before."""
