"""Lies in the redirect after a logout (OpenID Connect RP-Initiated Logout 1.0, 3)."""

from collections.abc import Callable

LOGOUT: dict[str, Callable[[str], str | None]] = {
    "logout-other-state": lambda state: f"{state}_INVALID",
    "logout-no-state": lambda _state: None,
}
"""Faults of the state that comes back, where one was sent."""
