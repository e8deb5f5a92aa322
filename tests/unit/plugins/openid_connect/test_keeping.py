from typing import Any

import pytest

from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.keeping import LONGEST, NEGATIVE, Keeping


def keeping(*, on: bool = True, **config: Any) -> Keeping:
    whole = {"issuer": "https://idp.example", **config}
    return Keeping(OpenIdConnectConfig.model_validate(whole), on=on)


@pytest.mark.parametrize(
    ("config", "lifetime", "bounded", "seconds"),
    [
        ({}, None, False, 3600),
        ({}, 60, False, 60),
        ({}, 0, False, 0),
        ({}, None, True, LONGEST),
        ({}, 10 * LONGEST, False, LONGEST),
        ({"cache_ttl": 5}, None, False, 5),
        ({"cache_ttl": 5, "cache_ttl_min": 9}, None, False, 9),
        ({"cache_ttl_min": 9}, 3, False, 3),  # nothing outlives its token
        ({"cache_ttl_max": 20}, None, False, 20),
        ({"cache_ttl_max": 20}, 60, False, 20),
        ({"cache_ttl_max": 20}, None, True, 20),
    ],
)
def test_a_good_answer_is_kept(
    config: dict[str, Any], lifetime: float | None, bounded: bool, seconds: float
) -> None:
    assert keeping(**config).positive(lifetime, (), bounded=bounded).seconds == seconds


def test_a_bad_answer_is_kept_shortly() -> None:
    assert keeping().negative(()).seconds == NEGATIVE
    assert keeping().negative((), unset=0).seconds == 0
    assert keeping(cache_ttl_neg=30).negative((), unset=0).seconds == 30
    assert keeping(cache_ttl_neg=30, cache_ttl_max=20).negative(()).seconds == 20
    assert keeping().negative(()).refused
    assert not keeping().positive(60, ()).refused


def test_off_keeps_nothing() -> None:
    assert keeping(on=False).positive(60, ()).seconds == 0
    assert keeping(on=False, cache_ttl_neg=30).negative(()).seconds == 0


def test_only_an_answer_without_a_stated_lifetime_can_stand_in() -> None:
    found = keeping(cache_ttl_resurrect=7)
    assert found.positive(None, ()).stale == 7
    assert found.positive(60, ()).stale == 0
    assert found.negative(()).stale == 0
