"""Lies about a person, or the truth by a detour (OpenID Connect Core 1.0, 5.3 and 5.6.2)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from gatepost.idp.draft import Change, Draft
from gatepost.idp.expiring import Expiring
from gatepost.idp.faulty.drafts import flipped, suffixed, unsigned
from gatepost.idp.key_ring import KeyRing
from gatepost.values import Secret

Claims = dict[str, object]

SOURCE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Place:
    """Who tells: the issuer, its keys, the client's secret, and what is told elsewhere."""

    issuer: str
    keys: KeyRing
    secret: Secret
    sources: Expiring[Claims]


def _other_subject(claims: Claims) -> Claims:
    return {**claims, "sub": f"{claims['sub']}invalid"}


def _no_subject(claims: Claims) -> Claims:
    return {name: value for name, value in claims.items() if name != "sub"}


def _as_it_is(draft: Draft) -> Draft:
    return draft


def _aggregated(claims: Claims, place: Place) -> Claims:
    """Tell the address in a JWT inside (5.6.2.1)."""
    source = {"JWT": Draft(_told_elsewhere(claims, place), "JWT").signed(place.keys, place.secret)}
    return {**claims, "_claim_names": {"address": "src1"}, "_claim_sources": {"src1": source}}


def _distributed(claims: Claims, place: Place) -> Claims:
    """Say where the address is to be had, and with which token (5.6.2.2)."""
    token = secrets.token_urlsafe(32)
    place.sources.put(token, _told_elsewhere(claims, place), seconds=SOURCE_SECONDS)
    source = {"endpoint": f"{place.issuer}/v1/claims", "access_token": token}
    return {**claims, "_claim_names": {"address": "src1"}, "_claim_sources": {"src1": source}}


def _told_elsewhere(claims: Claims, place: Place) -> Claims:
    address = {"country": "Nowhere", "locality": "By Reference"}
    return {"iss": place.issuer, "sub": claims["sub"], "address": address}


CLAIMS: dict[str, Callable[[Claims], Claims]] = {
    "userinfo-invalid-sub": _other_subject,
    "userinfo-missing-sub": _no_subject,
}
SOURCES: dict[str, Callable[[Claims, Place], Claims]] = {
    "aggregated-claims": _aggregated,
    "distributed-claims": _distributed,
}
SIGNED: dict[str, Change] = {
    "userinfo-signed": _as_it_is,
    "userinfo-signed-none": unsigned,
    "userinfo-signed-invalid-sig": flipped,
    "userinfo-signed-wrong-aud": suffixed("aud", "1"),
}
ARRAY = "userinfo-array"

USERINFO_FAULTS = (*CLAIMS, *SOURCES, *SIGNED, ARRAY)
"""Faults of a right answer: each is taken by the first call that gets one."""
