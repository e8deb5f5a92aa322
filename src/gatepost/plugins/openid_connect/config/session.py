"""Sessions and where they are stored; nothing of it is at work yet."""

from typing import Annotated, Any, Literal

from pydantic import Strict

from gatepost.plugins.openid_connect.config.kinds import (
    AuthMethodNames,
    Fields,
    Port,
    Record,
    SameSite,
    Seconds,
    later,
)

_SessionHeaders = Annotated[
    tuple[
        Literal[
            "absolute-timeout",
            "audience",
            "id",
            "idling-timeout",
            "rolling-timeout",
            "subject",
            "timeout",
        ],
        ...,
    ],
    Strict(strict=False),
]

REDIS: dict[str, Any] = {
    "host": "127.0.0.1",
    "port": 6379,
    "database": 0,
    "ssl": False,
    "ssl_verify": True,
    "connect_timeout": 2000,
    "read_timeout": 2000,
    "send_timeout": 2000,
    "keepalive_pool_size": 256,
    "connection_is_proxied": False,
    "cluster_max_redirections": 5,
}
"""What a Redis record holds when nobody configured it; everything else is null."""


class SessionFields(Fields):
    """Cookies, timeouts and stores of sessions."""

    disable_session: AuthMethodNames | None = later(None, "Methods that make no session.")
    session_secret: str | None = later(None, "Key material of session cookies.")
    session_audience: str = later("default", "Audience of a session in a shared cookie.")
    session_cookie_name: str = later("session", "Name of the session cookie.")
    session_cookie_path: str = later("/", "Its Path.")
    session_cookie_domain: str | None = later(None, "Its Domain.")
    session_cookie_same_site: SameSite = later("Lax", "Its SameSite.")
    session_cookie_http_only: bool = later(True, "Whether it is HttpOnly.")
    session_cookie_secure: bool | None = later(None, "Whether it is Secure.")
    session_remember: bool = later(False, "Keep a persistent cookie too.")
    session_remember_cookie_name: str = later("remember", "Name of the persistent cookie.")
    session_remember_rolling_timeout: Seconds = later(604800, "Seconds until it is renewed.")
    session_remember_absolute_timeout: Seconds = later(2592000, "Seconds it may live in all.")
    session_idling_timeout: Seconds = later(900, "Seconds a session may idle.")
    session_rolling_timeout: Seconds = later(3600, "Seconds until a session is renewed.")
    session_absolute_timeout: Seconds = later(86400, "Seconds a session may live in all.")
    session_bind: (
        Annotated[tuple[Literal["ip", "scheme", "user-agent"], ...], Strict(strict=False)] | None
    ) = later(None, "What of the browser a session is tied to.")
    session_enforce_same_subject: bool = later(False, "One subject for all of a cookie.")
    session_hash_subject: bool = later(False, "Hash the subject in the store.")
    session_hash_storage_key: bool = later(False, "Hash the session id in the store.")
    session_store_metadata: bool = later(False, "Keep an index of sessions by subject.")
    session_request_headers: _SessionHeaders | None = later(None, "Session facts sent upstream.")
    session_response_headers: _SessionHeaders | None = later(None, "Session facts sent back.")
    session_storage: Literal["cookie", "memcache", "memcached", "redis"] = later(
        "cookie", "Where sessions are stored."
    )
    session_memcached_host: str = later("127.0.0.1", "Host of memcached.")
    session_memcached_port: Port = later(11211, "Port of memcached.")
    session_memcached_prefix: str | None = later(None, "Prefix of keys in memcached.")
    session_memcached_socket: str | None = later(None, "UNIX socket of memcached.")
    session_memcached_ssl: bool | None = later(None, "Speak TLS to memcached.")
    session_memcached_ssl_verify: bool = later(True, "Verify memcached's certificate.")
    redis: Record | None = later(None, "The Redis that stores sessions.", record=REDIS)
    unauthorized_destroy_session: bool = later(True, "End the session when answering 401.")
    forbidden_destroy_session: bool = later(True, "End the session when answering 403.")
