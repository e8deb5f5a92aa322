from typing import Any

import pytest
from pydantic import ValidationError

from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.config.redis import RedisRecord


def test_milliseconds_become_seconds_and_secrets_are_not_shown() -> None:
    record = RedisRecord(host="r.example", read_timeout=1500, password="canary", username="u")
    settings = record.settings()
    assert (settings.host, settings.read_timeout, settings.prefix) == ("r.example", 1.5, "sessions")
    assert "canary" not in repr(record)
    assert "canary" not in repr(settings)


def test_sentinels_and_clusters_are_read() -> None:
    record = RedisRecord.model_validate(
        {
            "sentinel_master": "main",
            "sentinel_role": "master",
            "sentinel_nodes": [{"host": "s.example", "port": 26379}],
        }
    )
    assert record.settings().sentinel_nodes == (("s.example", 26379),)
    record = RedisRecord.model_validate({"cluster_nodes": [{"ip": "10.0.0.1", "port": 7000}]})
    assert record.settings().cluster_nodes == (("10.0.0.1", 7000),)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"sentinel_master": "main"}, "belong together"),
        ({"username": "u"}, "needs password"),
        ({"cluster_nodes": [{"ip": "a"}], "database": 1}, "one database"),
    ],
)
def test_what_does_not_fit_together_is_told(config: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        OpenIdConnectConfig.model_validate({"issuer": "https://idp.example", "redis": config})


def test_a_room_is_where_sessions_are_or_where_somebody_placed_it() -> None:
    def room(**config: Any) -> Any:
        whole = {"issuer": "https://idp.example", **config}
        return OpenIdConnectConfig.model_validate(whole).room

    assert room() is None
    assert room(redis={"host": "127.0.0.1", "port": 6379}) is None, "the defaults say nothing"
    assert room(redis={"host": "r.example"}).host == "r.example"
    assert room(session_storage="redis").host == "127.0.0.1"
