"""How a node is, in words: what the control plane knows of it, for people."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from gatepost.console.parts import ago, duration

SOON = 7 * 86400.0
"""Seconds before a certificate's end from which on it is told: nodes renew long before."""


class State(NamedTuple):
    """word and tone: for a badge. says: a sentence, empty where the word says it all."""

    word: str
    tone: str
    says: str


def called(node: Mapping[str, Any]) -> str:
    """Return what to call a node: its host's name, else the beginning of its id."""
    return str(node.get("hostname") or str(node.get("id", ""))[:8])


def state(node: Mapping[str, Any], now: float) -> State:
    """Return how a node is. now: seconds since 1970."""
    if node.get("revoked_at"):
        why = f": {node['revoked_why']}" if node.get("revoked_why") else ""
        return State(
            "turned away",
            "bad",
            f"Turned away {ago(node['revoked_at'], now)}{why}. It may still serve what it has.",
        )
    if not node.get("connected"):
        seen = node.get("last_seen")
        if seen is None:
            return State("not here yet", "quiet", "It was enrolled and has not come since.")
        return State(
            f"away since {duration(max(now - seen, 0))}",
            "warn",
            "It serves what it last knew, unless it was stopped.",
        )
    if node.get("sync_status") == "refused":
        return State("refused", "bad", str(node.get("sync_reason") or "It did not say why."))
    if node.get("in_sync"):
        return State("in sync", "good", "")
    return State("behind", "warn", "It has not taken what was published last yet.")


def ends(node: Mapping[str, Any], now: float) -> tuple[str, str]:
    """Return when a node's certificate ends, in words, and a tone for them."""
    moment = (node.get("cert_details") or {}).get("expiry_timestamp") or 0
    if not moment:
        return "unknown", "quiet"
    left = moment - now
    if left <= 0:
        return f"ended {duration(-left)} ago", "bad"
    return f"in {duration(left)}", "warn" if left < SOON else "plain"


def summary(nodes: list[dict[str, Any]], now: float) -> list[tuple[str, str]]:
    """Return how many are how, as words with a tone: ``2 in sync``, ``1 away``."""
    counted: dict[str, tuple[int, str]] = {}
    for node in nodes:
        how = state(node, now)
        word = "away" if how.word.startswith("away") else how.word
        counted[word] = (counted.get(word, (0, ""))[0] + 1, how.tone)
    return [(f"{number:,} {word}", tone) for word, (number, tone) in sorted(counted.items())]
