"""Sessions: their cookies, how long they live, and where they are stored."""

from typing import Annotated, ClassVar, Literal

from pydantic import Strict

from gatepost.plugins.openid_connect.config.kinds import (
    AuthMethodNames,
    CookieName,
    Fields,
    Port,
    SameSite,
    Seconds,
    Texts,
    later,
    works,
)
from gatepost.plugins.openid_connect.config.redis import RedisRecord

SessionFact = Literal[
    "absolute-timeout",
    "audience",
    "id",
    "idling-timeout",
    "rolling-timeout",
    "subject",
    "timeout",
]
_SessionFacts = Annotated[tuple[SessionFact, ...], Strict(strict=False)]
_Bound = Literal["ip", "scheme", "user-agent"]


class SessionFields(Fields):
    """Cookies, timeouts and stores of sessions; ``session_previous_secrets`` is ours.

    Of a timeout 0 means none.
    """

    section: ClassVar[str] = "Sessions"

    disable_session: AuthMethodNames | None = works(None, "Methods that make no session.")
    session_secret: str | None = works(
        None,
        "What the keys of sessions are made from; unset is a secret of this node alone.",
        secret=True,
    )
    session_previous_secrets: Texts | None = works(
        None, "Earlier secrets, whose sessions are still taken and sealed anew.", secret=True
    )
    session_audience: str = works("default", "Only sessions of the same audience are taken.")
    session_cookie_name: CookieName = works("session", "Name of the session cookie.")
    session_cookie_path: str = works("/", "Its Path.", referenceable=False)
    session_cookie_domain: str | None = works(None, "Its Domain.", referenceable=False)
    session_cookie_same_site: SameSite = works("Lax", "Its SameSite.")
    session_cookie_http_only: bool = works(True, "Whether it is HttpOnly.")
    session_cookie_secure: bool | None = works(
        None, "Whether it is Secure; unset follows the scheme of the request."
    )
    session_remember: bool = works(
        False, "Also set a cookie that outlives the browser, from which a session is made again."
    )
    session_remember_cookie_name: CookieName = works("remember", "Name of that cookie.")
    session_remember_rolling_timeout: Seconds = works(
        604800, "Seconds that cookie lives after it was last renewed."
    )
    session_remember_absolute_timeout: Seconds = works(
        2592000, "Seconds after the login in which it is taken."
    )
    session_idling_timeout: Seconds = works(900, "Seconds a session lives without being used.")
    session_rolling_timeout: Seconds = works(
        3600, "Seconds a session lives after it was last renewed, which use of it does."
    )
    session_absolute_timeout: Seconds = works(86400, "Seconds a session lives in all.")
    session_bind: Annotated[tuple[_Bound, ...], Strict(strict=False)] | None = works(
        None, "What of the browser a session is tied to."
    )
    session_enforce_same_subject: bool = works(
        False, "One subject for all audiences of a cookie. Here a cookie has one audience."
    )
    session_hash_subject: bool = works(
        False, "Hash the subject in the store. Here it always is, whatever this says."
    )
    session_hash_storage_key: bool = works(
        False, "Hash the session id in the store. Here it always is, whatever this says."
    )
    session_store_metadata: bool = works(
        False, "Keep an index of sessions by subject, so that a logout also deletes them."
    )
    session_request_headers: _SessionFacts | None = works(
        None, "Facts of the session that the upstream is told, as Session-* headers."
    )
    session_response_headers: _SessionFacts | None = works(
        None, "Facts of the session that the client is told, as Session-* headers."
    )
    session_storage: Literal["cookie", "memcache", "memcached", "redis"] = works(
        "cookie", "Where sessions are stored: cookie or redis; memcached is not at work."
    )
    session_memcached_host: str = later("127.0.0.1", "Host of memcached.")
    session_memcached_port: Port = later(11211, "Port of memcached.")
    session_memcached_prefix: str | None = later(None, "Prefix of keys in memcached.")
    session_memcached_socket: str | None = later(None, "UNIX socket of memcached.")
    session_memcached_ssl: bool | None = later(None, "Speak TLS to memcached.")
    session_memcached_ssl_verify: bool = later(True, "Verify memcached's certificate.")
    redis: RedisRecord | None = works(
        None, "The Redis that stores sessions and carries revocations between nodes.", filled=True
    )
    unauthorized_destroy_session: bool = works(True, "End the session when answering 401.")
    forbidden_destroy_session: bool = works(True, "End the session when answering 403.")
