"""Lies in the metadata document (OpenID Connect Discovery 1.0, 3 and 4.3)."""

from collections.abc import Callable

Members = dict[str, object]


def _other_issuer(right: Members) -> Members:
    return {**right, "issuer": f"{right['issuer']}INVALID"}


def _without(name: str) -> Callable[[Members], Members]:
    return lambda right: {key: value for key, value in right.items() if key != name}


METADATA: dict[str, Callable[[Members], Members]] = {
    "issuer-mismatch": _other_issuer,
    "no-iss-promise": _without("authorization_response_iss_parameter_supported"),
    "no-pkce": _without("code_challenge_methods_supported"),
}
"""Faults of the document."""

MOVES_KEYS = frozenset({"jwks-uri-moved"})
"""The keys are served at a new address from then on, and no longer at the old one."""

DISCOVERY_FAULTS = (*METADATA, *MOVES_KEYS)
