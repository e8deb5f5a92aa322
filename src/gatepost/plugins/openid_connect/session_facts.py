"""Facts of a session that are told as Session-* headers."""

from typing import final

from gatepost.plugin.auth_method import Proof
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.session import Session, Times

_FIXED = ("audience", "id", "subject")


@final
class SessionFacts:
    """The facts of one side: those for the upstream, or those for the client.

    What a timeout has left changes with each second, so a decision that tells it is for its
    request only.
    """

    def __init__(
        self, config: OpenIdConnectConfig, times: Times, facts: tuple[str, ...] | None
    ) -> None:
        self._times = times
        self._facts = facts or ()
        self._audience = config.session_audience

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the headers."""
        return tuple(_header(fact) for fact in self._facts)

    def values(self, proof: Proof, runtime: Runtime) -> tuple[tuple[str, str | None], ...]:
        """Return every header with its value, None where there is nothing to tell."""
        session = proof.details.get("session")
        if not isinstance(session, Session):
            return tuple((name, None) for name in self.names)
        told: dict[str, str | None] = {
            "audience": self._audience,
            "id": session.id,
            "subject": _sendable(session.subject),
        }
        if any(fact not in _FIXED for fact in self._facts):
            left = self._times.left(session, runtime.clock.now())
            told.update((name, str(int(seconds))) for name, seconds in left.items())
        return tuple((_header(fact), told.get(fact)) for fact in self._facts)


def _header(fact: str) -> str:
    return "-".join(part.capitalize() for part in ("session", *fact.split("-")))


def _sendable(text: str | None) -> str | None:
    """Return a text that a header can hold; a subject may be any text."""
    return text if text is not None and text.isascii() and text.isprintable() else None
