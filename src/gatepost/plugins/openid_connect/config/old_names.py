"""Names that older configurations still hold, and what became of them.

A name whose successor is at work is translated. Any other may stay where it holds nothing or its
old default; otherwise the message names the successor, which says that it is not at work.
"""

from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticCustomError

_REDIS: dict[str, Any] = {
    "host": "127.0.0.1",
    "port": 6379,
    "username": None,
    "password": None,
    "prefix": None,
    "socket": None,
    "ssl": False,
    "ssl_verify": False,
    "server_name": None,
    "connect_timeout": None,
    "read_timeout": None,
    "send_timeout": None,
    "cluster_nodes": None,
    "cluster_max_redirections": None,
}

_OLD: dict[str, tuple[str, Any]] = {
    **{f"session_redis_{name}": (f"redis.{name}", value) for name, value in _REDIS.items()},
    "session_redis_cluster_maxredirections": ("redis.cluster_max_redirections", None),
    "session_redis_auth": ("redis.password", None),
    "authorization_cookie_lifetime": ("authorization_rolling_timeout", 600),
    "authorization_cookie_samesite": ("authorization_cookie_same_site", "off"),
    "authorization_cookie_httponly": ("authorization_cookie_http_only", True),
    "session_cookie_lifetime": ("session_rolling_timeout", 3600),
    "session_cookie_idletime": ("session_idling_timeout", None),
    "session_cookie_samesite": ("session_cookie_same_site", "Lax"),
    "session_cookie_httponly": ("session_cookie_http_only", True),
    "session_cookie_renew": ("session_rolling_timeout", 600),
    "session_cookie_maxsize": ("session_storage", 4000),
    "session_strategy": ("session_storage", "default"),
    "session_compressor": ("session_storage", "none"),
    "session_memcache_host": ("session_memcached_host", "127.0.0.1"),
    "session_memcache_port": ("session_memcached_port", 11211),
    "session_memcache_prefix": ("session_memcached_prefix", "sessions"),
    "session_memcache_socket": ("session_memcached_socket", None),
}


def translate(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration in today's names; unknown ones stay, to be refused by name.

    Raises PydanticCustomError, type ``old_name``, naming every old name that says something.
    """
    config = dict(raw)
    shorthand = config.pop("consumer_claim", None)
    if shorthand is not None:
        longhand = config.get("consumer_claims")
        if longhand is None:
            config["consumer_claims"] = [shorthand]
        elif list(longhand) != [shorthand]:
            raise PydanticCustomError(
                "old_name", "consumer_claim and consumer_claims differ; keep consumer_claims"
            )
    problems = []
    for name in [name for name in config if name in _OLD]:
        successor, default = _OLD[name]
        value = config.pop(name)
        if value is not None and value != default:
            problems.append(f"{name} is now {successor}, which is not at work yet")
    if problems:
        raise PydanticCustomError("old_name", "{why}", {"why": "; ".join(sorted(problems))})
    return config
