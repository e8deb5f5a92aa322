from gatepost.console.trying.differences import decision, differences

THROUGH = {
    "outcome": "forward",
    "plan": {"plugins": ["openid-connect (priority 1050)"]},
    "claims": [{"method": "bearer", "subject": "ann"}],
    "upstream": {"url": "http://up/a", "headers": [["X-A", "1"], ["X-B", None]]},
    "memory": {"remembered": True},
}
REFUSED = {
    "outcome": "refused", "status": 403, "code": "scopes.missing", "message": "Forbidden",
    "challenges": ["Bearer"], "plan": {"plugins": ["openid-connect (priority 1050)"]},
}  # fmt: skip


def test_a_decision_is_told_in_a_few_words() -> None:
    assert decision(THROUGH) == "let through"
    assert decision(REFUSED) == "refused with 403, scopes.missing"
    assert decision({"outcome": "answered", "status": 302}) == "answered by the gateway with 302"
    assert decision({}) == "unknown with None"


def test_what_differs_is_named_and_the_decision_comes_first() -> None:
    found = differences(THROUGH, REFUSED)
    assert (found[0].what, found[0].now) == ("Decision", "let through")
    named = {one.what: (one.now, one.then) for one in found}
    assert named["Reason"] == ("", "Forbidden")
    assert named["Recognised by"] == ("bearer ann", "nothing")
    assert named["To the upstream: X-A"] == ("1", "not set")
    assert named["To the upstream: X-B"] == ("taken away", "not set")
    assert "Plugins" not in named


def test_the_same_story_has_no_differences() -> None:
    assert differences(THROUGH, THROUGH) == []
    assert differences(REFUSED, REFUSED) == []
