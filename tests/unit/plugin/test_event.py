from gatepost.plugin.event import Event


def test_an_event_is_a_value() -> None:
    assert Event("login.done", "", {"subject": "alice"}) == Event(
        "login.done", "", {"subject": "alice"}
    )
    assert Event("login.failed", "callback.state") != Event("login.failed", "callback.code")
