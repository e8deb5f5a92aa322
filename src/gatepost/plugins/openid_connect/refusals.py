"""Refusals of the token endpoint that no user can do anything about: it does not accept us."""

from typing import Final

from gatepost.oidc import token
from gatepost.values import By, Fault

OURS_TO_MEND: Final = frozenset({"invalid_client", "unauthorized_client"})
"""Errors about the client that asks (RFC 6749, 5.2), so about this gateway."""


def refused_us(refused: token.GrantRefused) -> Fault:
    """Return the fault of a provider that does not accept this gateway as a client."""
    return Fault(
        "provider.refused_our_credentials",
        "The identity provider does not accept this gateway's own credentials.",
        by=By.PROVIDER,
        cause=f"it said {refused.error}",
    )
