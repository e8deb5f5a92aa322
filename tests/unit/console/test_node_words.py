from typing import Any

import pytest

from gatepost.console.node_words import called, ends, state, summary

NOW = 1_000_000.0


def node(**fields: Any) -> dict[str, Any]:
    told = {"id": "3f2a9c1e-1", "hostname": "gate-1", "connected": True, "in_sync": True}
    told |= {"sync_status": "normal", "sync_reason": None, "last_seen": NOW - 60}
    return {**told, "revoked_at": None, "cert_details": {"expiry_timestamp": 0}, **fields}


@pytest.mark.parametrize(
    ("fields", "word", "tone", "says"),
    [
        ({}, "in sync", "good", ""),
        ({"in_sync": False}, "behind", "warn", "has not taken"),
        (
            {"sync_status": "refused", "sync_reason": "a variable is missing"},
            "refused",
            "bad",
            "a variable is missing",
        ),
        ({"sync_status": "refused"}, "refused", "bad", "did not say why"),
        ({"connected": False}, "away since 1 min", "warn", "what it last knew"),
        ({"connected": False, "last_seen": None}, "not here yet", "quiet", "enrolled"),
        ({"revoked_at": NOW, "revoked_why": "sold"}, "turned away", "bad", ": sold."),
        ({"revoked_at": NOW, "revoked_why": ""}, "turned away", "bad", "may still serve"),
    ],
)
def test_each_state_has_a_word_and_says_what_it_means(
    fields: dict[str, Any], word: str, tone: str, says: str
) -> None:
    found = state(node(**fields), NOW)
    assert (found.word, found.tone) == (word, tone)
    assert says in found.says


def test_ends_warn_before_they_come() -> None:
    def at(moment: float) -> tuple[str, str]:
        return ends(node(cert_details={"expiry_timestamp": moment}), NOW)

    assert at(NOW + 30 * 86400) == ("in 30 d", "plain")
    assert at(NOW + 86400) == ("in 1 d", "warn")
    assert at(NOW - 3600) == ("ended 1 h ago", "bad")
    assert at(0) == ("unknown", "quiet")


def test_names_and_sums() -> None:
    assert called(node()) == "gate-1"
    assert called(node(hostname="")) == "3f2a9c1e"
    some = [node(), node(), node(connected=False), node(connected=False, last_seen=NOW - 9000)]
    assert summary(some, NOW) == [("2 away", "warn"), ("2 in sync", "good")]
