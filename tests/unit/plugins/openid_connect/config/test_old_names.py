import pytest

from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.config.old_names import translate

ISSUER = "https://idp.example"


def test_consumer_claim_is_one_path_of_consumer_claims() -> None:
    config = OpenIdConnectConfig.model_validate({"issuer": ISSUER, "consumer_claim": ["a", "b"]})
    assert config.consumer_claims == (("a", "b"),)


def test_both_names_may_say_the_same_and_not_different_things() -> None:
    same = {"consumer_claim": ["a"], "consumer_claims": [["a"]]}
    assert translate(same) == {"consumer_claims": [["a"]]}
    with pytest.raises(ValueError, match="differ"):
        translate({"consumer_claim": ["a"], "consumer_claims": [["b"]]})


def test_an_old_name_that_says_nothing_is_dropped() -> None:
    old = {
        "session_redis_host": "127.0.0.1",
        "session_redis_port": 6379,
        "session_redis_auth": None,
    }
    assert translate({"issuer": ISSUER, **old}) == {"issuer": ISSUER}


def test_an_old_name_is_translated_to_its_successor() -> None:
    old = {"session_cookie_lifetime": 5, "session_cookie_samesite": "off"}
    new = {"session_rolling_timeout": 5, "session_cookie_same_site": "Default"}
    assert translate(old) == new
    with pytest.raises(ValueError, match="keep session_rolling_timeout"):
        translate({"session_cookie_lifetime": 5, "session_rolling_timeout": 6})


def test_the_old_redis_fields_become_the_record_where_sessions_are_there() -> None:
    old = {"session_storage": "redis", "session_redis_host": "redis.example"}
    assert translate(old) == {"session_storage": "redis", "redis": {"host": "redis.example"}}
    with pytest.raises(ValueError, match=r"session_redis_port and redis\.port differ"):
        translate({**old, "session_redis_port": 1, "redis": {"port": 2}})


def test_what_was_removed_may_hold_its_old_default_and_nothing_else() -> None:
    assert translate({"session_cookie_renew": 600, "session_strategy": None}) == {}
    with pytest.raises(ValueError, match="session_strategy has been removed"):
        translate({"session_strategy": "regenerate"})


def test_unknown_names_stay_for_the_schema_to_refuse() -> None:
    assert translate({"nonsense": 1}) == {"nonsense": 1}
