"""What an operator should know about a configuration that is accepted."""

from gatepost.oidc.endpoint_url import insecure
from gatepost.plugins.openid_connect.config import ALL_METHODS, AT_WORK, OpenIdConnectConfig
from gatepost.plugins.openid_connect.config.needs import lacks

_LONGEST = {"leeway": 86_400, "cache_ttl_neg": 86_400, "cache_ttl_resurrect": 604_800}
"""Seconds beyond which a number is hardly meant: most are milliseconds, or dates."""
_MEANING = {
    "leeway": "expired tokens are accepted that long",
    "cache_ttl_neg": "a token that was inactive once is refused that long",
    "cache_ttl_resurrect": "a revoked token may pass that long while the provider is away",
}
_LONGEST_CALL = 300_000
_SHORTEST_CALL = 100
_SHORTEST_SECRET = 32


def cautions(config: OpenIdConnectConfig) -> list[str]:
    """Return what is weaker, or less, than it may look."""
    people = any(name in config.methods for name in ("authorization_code", "session"))
    return [
        *_about_methods(config),
        *_about_checks(config),
        *(_about_people(config) if people and config.methods_named else []),
        *_about_numbers(config),
    ]


def _about_methods(config: OpenIdConnectConfig) -> list[str]:
    if config.methods_named:
        return []
    later = [name for name in ALL_METHODS if name not in AT_WORK]
    on, off = ", ".join(config.methods), ", ".join(later)
    found = [f"auth_methods is unset: {on} are on; not at work yet: {off}"]
    for name in AT_WORK:
        needed = lacks(config, name)
        if needed:
            found.append(f"auth_methods is unset: {name} is off, it needs {needed}")
    return found


def _about_checks(config: OpenIdConnectConfig) -> list[str]:
    found = []
    if not config.verify_signature:
        found.append("verify_signature is off: anybody can write a token that is accepted")
    if not config.verify_claims:
        found.append("verify_claims is off: expired tokens and tokens of others are accepted")
    if not config.introspection_check_active:
        found.append("introspection_check_active is off: revoked tokens are accepted")
    if not config.ssl_verify:
        found.append("ssl_verify is off: anybody on the way can be the provider")
    if insecure(config.issuer):
        found.append("the issuer is reached without TLS: anybody on the way can be the provider")
    both = "password" in config.methods and "client_credentials" in config.methods
    if both and config.methods_named and "header" in config.password_param_type:
        found.append("password and client_credentials are on: Basic is taken for a password")
    if config.bearer_token_cookie_name and "cookie" not in config.bearer_token_param_type:
        found.append("bearer_token_cookie_name says nothing without the place 'cookie'")
    return found


def _about_numbers(config: OpenIdConnectConfig) -> list[str]:
    """Kong bounds none of these, so they are told and not refused."""
    found = []
    if not _SHORTEST_CALL <= config.timeout <= _LONGEST_CALL:
        found.append(
            f"timeout is {config.timeout:g} milliseconds for one call to the provider: "
            f"between {_SHORTEST_CALL} and {_LONGEST_CALL} is usual"
        )
    for name, longest in _LONGEST.items():
        value = getattr(config, name)
        if value is not None and value > longest:
            found.append(
                f"{name} is {value:g} seconds: more than {longest} is hardly meant, and "
                f"{_MEANING[name]}"
            )
    return found


def _about_people(config: OpenIdConnectConfig) -> list[str]:
    """Logins and sessions, where somebody chose them."""
    found = []
    secret = config.session_secret
    if secret is None:
        found.append(
            "session_secret is unset: sessions are sealed with this node's own secret, and no "
            "other node takes them"
        )
    elif len(secret) < _SHORTEST_SECRET:
        found.append(
            f"session_secret has {len(secret)} characters: whoever guesses it can log in as "
            f"anybody; take {_SHORTEST_SECRET} random ones"
        )
    if config.session_cookie_same_site in ("None", "Default"):
        found.append(
            f"session_cookie_same_site is {config.session_cookie_same_site}: other sites can make "
            "requests in the name of whoever is logged in"
        )
    if config.session_cookie_secure is False:
        found.append("session_cookie_secure is off: the session cookie travels without TLS too")
    if not config.session_cookie_http_only:
        found.append("session_cookie_http_only is off: scripts of a page can read the session")
    if not config.session_absolute_timeout:
        found.append("session_absolute_timeout is 0: a session may live for ever")
    return found + (_about_logins(config) if "authorization_code" in config.methods else [])


def _about_logins(config: OpenIdConnectConfig) -> list[str]:
    found = []
    if "session" not in config.methods or "authorization_code" in (config.disable_session or ()):
        found.append("authorization_code makes no session: every page that is opened logs in anew")
    if config.redirect_uri is None:
        found.append(
            "redirect_uri is unset: it is the address of the page that was opened, so the provider "
            "must allow every one of them"
        )
    if "openid" not in (config.scopes or ()):
        found.append("scopes lack openid: the provider need not say who logged in")
    if not config.verify_nonce:
        found.append("verify_nonce is off: a login of somebody else can be put in place of one")
    if config.require_proof_key_for_code_exchange is False:
        found.append("require_proof_key_for_code_exchange is off: a stolen code is worth more")
    appended = config.login_action == "redirect" and config.login_tokens
    if appended and config.login_redirect_mode == "query":
        found.append("login_redirect_mode is query: tokens end up in logs and in Referer headers")
    if config.anonymous is not None:
        found.append("anonymous is set: nobody is asked to log in")
    return found
