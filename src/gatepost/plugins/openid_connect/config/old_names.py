"""Names that older configurations still hold, and what became of them.

A name that was only renamed is translated. One that was removed may stay where it holds nothing or
its old default; otherwise the message says that it is gone.
"""

from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from gatepost.plugin.old_name import OldName

_RENAMED = {
    "authorization_cookie_lifetime": "authorization_rolling_timeout",
    "authorization_cookie_samesite": "authorization_cookie_same_site",
    "authorization_cookie_httponly": "authorization_cookie_http_only",
    "session_cookie_lifetime": "session_rolling_timeout",
    "session_cookie_idletime": "session_idling_timeout",
    "session_cookie_samesite": "session_cookie_same_site",
    "session_cookie_httponly": "session_cookie_http_only",
    "session_memcache_host": "session_memcached_host",
    "session_memcache_port": "session_memcached_port",
    "session_memcache_prefix": "session_memcached_prefix",
    "session_memcache_socket": "session_memcached_socket",
}
_REDIS = {
    **{
        f"session_redis_{name}": name
        for name in (
            "host",
            "port",
            "username",
            "password",
            "prefix",
            "socket",
            "ssl",
            "ssl_verify",
            "server_name",
            "connect_timeout",
            "read_timeout",
            "send_timeout",
            "cluster_nodes",
            "cluster_max_redirections",
        )
    },
    "session_redis_cluster_maxredirections": "cluster_max_redirections",
    "session_redis_auth": "password",
}
_REMOVED = {
    "session_cookie_renew": 600,
    "session_cookie_maxsize": 4000,
    "session_strategy": "default",
    "session_compressor": "none",
}

OLD_NAMES: tuple[OldName, ...] = (
    OldName("consumer_claim", ("consumer_claims",), single=True),
    *(OldName(old, (new,)) for old, new in _RENAMED.items()),
    *(OldName(old, ("redis", new)) for old, new in _REDIS.items()),
    *(
        OldName(old, default=default, kind="string" if isinstance(default, str) else "number")
        for old, default in _REMOVED.items()
    ),
)
"""All of these names, for the schema."""


def translate(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration in today's names; unknown ones stay, to be refused by name.

    Raises PydanticCustomError, type ``old_name``, for an old name that says something else than its
    successor, or that has none any more.
    """
    config = dict(raw)
    problems: list[str] = []
    _consumer_claim(config, problems)
    for old, new in _RENAMED.items():
        if old in config:
            value = config.pop(old)
            value = "Default" if value == "off" and new.endswith("same_site") else value
            _take_over(config, new, value, f"{old} and {new}", problems)
    _redis(config, problems)
    for old, default in _REMOVED.items():
        value = config.pop(old, None)
        if value is not None and value != default:
            problems.append(f"{old} has been removed from Kong; leave it out")
    if problems:
        raise PydanticCustomError("old_name", "{why}", {"why": "; ".join(sorted(problems))})
    return config


def _take_over(
    config: dict[str, Any], name: str, value: Any, both: str, problems: list[str]
) -> None:
    if value is None:
        return
    if config.get(name) is None:
        config[name] = value
    elif config[name] != value:
        problems.append(f"{both} differ; keep {name}")


def _consumer_claim(config: dict[str, Any], problems: list[str]) -> None:
    """Read Kong's older field: one path instead of a list of paths."""
    path = config.pop("consumer_claim", None)
    if path is not None:
        both = "consumer_claim and consumer_claims"
        known = config.get("consumer_claims")
        if known is not None:
            config["consumer_claims"] = [list(one) for one in known]
        _take_over(config, "consumer_claims", [list(path)], both, problems)


def _redis(config: dict[str, Any], problems: list[str]) -> None:
    """Gather the older fields, which stood beside one another, into the record.

    They say something only where sessions are stored in Redis: everybody's file has them.
    """
    found = {new: config.pop(old) for old, new in _REDIS.items() if config.get(old) is not None}
    for old in _REDIS:
        config.pop(old, None)
    record = config.get("redis")
    if not found or config.get("session_storage") != "redis":
        return
    if record is not None and not isinstance(record, Mapping):
        return  # the schema says what is wrong with it
    merged = dict(record or {})
    for name, value in found.items():
        _take_over(merged, name, value, f"session_redis_{name} and redis.{name}", problems)
    config["redis"] = merged
