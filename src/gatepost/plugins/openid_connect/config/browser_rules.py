"""Rules between the fields that concern people: logins, cookies, sessions, logouts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatepost.plugins.openid_connect.config.whole import OpenIdConnectConfig


def browser_problems(config: "OpenIdConnectConfig") -> Iterator[str]:
    """Yield what does not fit together."""
    yield from _answers(config)
    yield from _cookies(config)
    yield from _sessions(config)
    yield from _logouts(config)


def _answers(config: "OpenIdConnectConfig") -> Iterator[str]:
    if config.response_type != ("code",):
        yield "response_type: only [code] is at work; other flows put tokens into addresses"
    if config.response_mode.startswith("fragment"):
        yield f"response_mode: {config.response_mode} never reaches a gateway; use query"
    if config.login_action == "redirect" and "session" in config.login_methods:
        yield "login_methods: session with login_action redirect would redirect for ever"
    for field in (
        "redirect_uri",
        "login_redirect_uri",
        "logout_redirect_uri",
        "unauthorized_redirect_uri",
        "forbidden_redirect_uri",
        "unexpected_redirect_uri",
    ):
        if len(getattr(config, field) or ()) > max(len(config.client_id or ()), 1):
            yield f"{field} holds more entries than client_id; they are paired by position"


def _cookies(config: "OpenIdConnectConfig") -> Iterator[str]:
    names = {
        "session_cookie_name": config.session_cookie_name,
        "session_remember_cookie_name": config.session_remember_cookie_name,
        "authorization_cookie_name": config.authorization_cookie_name,
    }
    if len({name.rstrip("0123456789") for name in names.values()}) < len(names):
        yield f"{', '.join(names)}: each needs a name of its own"
    for field, name in names.items():
        kind = "authorization" if field.startswith("authorization") else "session"
        path = getattr(config, f"{kind}_cookie_path")
        domain = getattr(config, f"{kind}_cookie_domain")
        secure = getattr(config, f"{kind}_cookie_secure")
        if name.startswith(("__Host-", "__Secure-")) and secure is not True:
            yield f"{field}: {name} is only taken by browsers with {kind}_cookie_secure: true"
        if name.startswith("__Host-") and (path != "/" or domain):
            yield f"{field}: {name} is only taken with path / and without a domain"
        if name[-1:].isdigit() and kind == "session":
            yield f"{field}: a name that ends in a digit could be a part of another cookie"
        if not path.startswith("/") or any(char in path for char in ";, \t\r\n"):
            yield f"{kind}_cookie_path must be a path such as /"
        if domain and any(char in domain for char in ";, \t\r\n/:"):
            yield f"{kind}_cookie_domain must be the name of a domain"
        same_site = getattr(config, f"{kind}_cookie_same_site")
        if same_site == "None" and secure is False:
            yield f"{kind}_cookie_same_site: None is only taken by browsers for secure cookies"


def _sessions(config: "OpenIdConnectConfig") -> Iterator[str]:
    if config.session_storage in ("memcache", "memcached"):
        yield (
            "session_storage: memcached is not at work, because it can tell no other node that a "
            "session ended; use redis, or cookie"
        )
    if config.session_previous_secrets and not config.session_secret:
        yield "session_previous_secrets needs session_secret, the one that is used now"
    if config.redis is not None:
        yield from config.redis.problems()


def _logouts(config: "OpenIdConnectConfig") -> Iterator[str]:
    if config.logout_uri_suffix and any(char in config.logout_uri_suffix for char in "?#%\\ "):
        yield "logout_uri_suffix is compared with the path alone, in its normal form"
    for field in ("backchannel_logout_uri", "frontchannel_logout_uri"):
        if getattr(config, field) and not config.client_id:
            yield f"{field} needs client_id, for whom logout tokens are"
