from gatepost.idp.counters import Counters


def test_calls_are_counted_by_endpoint_and_by_client() -> None:
    counters = Counters()
    counters.arrived("token")
    counters.arrived("token")
    counters.authenticated("token", "app")
    assert counters.shown(["token", "keys"]) == {
        "endpoints": {"token": 2, "keys": 0},
        "clients": {"app": {"token": 1}},
    }


def test_a_reset_begins_at_zero() -> None:
    counters = Counters()
    counters.arrived("token")
    counters.authenticated("token", "app")
    counters.reset()
    assert counters.shown(["token"]) == {"endpoints": {"token": 0}, "clients": {}}
