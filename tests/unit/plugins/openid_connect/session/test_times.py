from typing import Any

import pytest

from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.session.times import Times
from gatepost.values import FixedClock
from tests.unit.plugins.openid_connect.session.test_record import session

BEGAN = 1000.0


def times(**config: Any) -> Times:
    return Times(OpenIdConnectConfig.model_validate({"issuer": "https://idp.example", **config}))


def fresh(**changes: object) -> Any:
    at = dict.fromkeys(("created", "began", "renewed", "touched"), BEGAN)
    return session(**{**at, **changes})


@pytest.mark.parametrize(
    ("name", "seconds"), [("idling", 900), ("rolling", 3600), ("absolute", 86400)]
)
def test_each_time_ends_a_session_at_its_instant_and_not_before(name: str, seconds: int) -> None:
    off = {f"session_{one}_timeout": 0 for one in ("idling", "rolling", "absolute")}
    one = times(**{**off, f"session_{name}_timeout": seconds})
    assert one.ended(fresh(), FixedClock(BEGAN + seconds - 0.001)) is None
    assert one.ended(fresh(), FixedClock(BEGAN + seconds)) == name


def test_without_any_time_a_session_lives_on() -> None:
    off = {f"session_{one}_timeout": 0 for one in ("idling", "rolling", "absolute")}
    assert times(**off).ended(fresh(), FixedClock(1e12)) is None
    assert times(**off).last(fresh(), remember=False) is None
    assert times(**off).longest(remember=False) is None
    assert times(**off).left(fresh(), BEGAN) == {}


def test_use_is_written_down_now_and_then() -> None:
    assert not times().touch_due(fresh(), FixedClock(BEGAN + 89))
    assert times().touch_due(fresh(), FixedClock(BEGAN + 90))
    assert not times().renew_due(fresh(), FixedClock(BEGAN + 2699))
    assert times().renew_due(fresh(), FixedClock(BEGAN + 2700))


def test_what_is_left_is_told_by_name() -> None:
    left = times().left(fresh(), BEGAN + 100)
    assert left == {
        "idling-timeout": 800,
        "rolling-timeout": 3500,
        "absolute-timeout": 86300,
        "timeout": 800,
    }


def test_the_lasting_cookie_has_times_of_its_own() -> None:
    assert times().forgotten(fresh(), FixedClock(BEGAN + 604_799)) is None
    assert times().forgotten(fresh(), FixedClock(BEGAN + 604_800)) == "remember rolling"
    late = fresh(renewed=BEGAN + 2_592_000)
    assert times().forgotten(late, FixedClock(BEGAN + 2_592_000)) == "remember absolute"


def test_a_record_is_kept_as_long_as_anything_takes_it() -> None:
    assert times().until(fresh(), remember=False) == BEGAN + 900
    assert times().until(fresh(), remember=True) == BEGAN + 604_800


def test_a_revocation_is_kept_as_long_as_a_copy_can_live() -> None:
    assert times().last(fresh(), remember=False) == BEGAN + 86_400
    assert times().last(fresh(), remember=True) == BEGAN + 2_592_000 + 86_400
    assert times().longest(remember=True) == 2_592_000 + 86_400
