from gatepost.idp import expiring as module
from gatepost.idp.expiring import Expiring
from gatepost.values import FixedClock


def test_a_thing_is_found_until_its_time_is_over() -> None:
    clock = FixedClock(0.0)
    held: Expiring[str] = Expiring(clock)
    held.put("a", "thing", seconds=10)
    clock.time = 9.9
    assert held.find("a") == "thing"
    assert list(held) == ["thing"]
    clock.time = 10.0
    assert held.find("a") is None
    assert held.take("a") is None
    assert list(held) == []


def test_what_is_taken_is_gone() -> None:
    held: Expiring[str] = Expiring(FixedClock(0.0))
    held.put("a", "thing", seconds=10)
    assert held.take("a") == "thing"
    assert held.take("a") is None
    assert held.find("other") is None
    assert held.find("\ud800") is None


def test_beyond_the_bound_the_first_one_goes() -> None:
    held: Expiring[int] = Expiring(FixedClock(0.0), most=3)
    for number in range(5):
        held.put(str(number), number, seconds=10)
    assert list(held) == [2, 3, 4]


def test_what_has_expired_is_swept(monkeypatch) -> None:
    monkeypatch.setattr(module, "_SWEEP_AT", 10)
    clock = FixedClock(0.0)
    held: Expiring[int] = Expiring(clock)
    held._sweep_at = 10
    for number in range(10):
        held.put(str(number), number, seconds=10)
    clock.time = 20.0
    held.put("new", 1, seconds=10)
    assert len(held) == 1


def test_no_name_is_held() -> None:
    held: Expiring[int] = Expiring(FixedClock(0.0))
    held.put("canary", 1, seconds=10)
    assert "canary" not in str(held.__dict__)
