"""Rules between the fields of a configuration; each message says what to do."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gatepost.oidc import (
    Client,
    Extra,
    authorization,
    client_auth,
    discovery,
    introspection,
    token,
    userinfo,
)
from gatepost.plugins.openid_connect.config.browser_rules import browser_problems
from gatepost.plugins.openid_connect.config.credentials import AT_WORK
from gatepost.plugins.openid_connect.config.kinds import is_reference
from gatepost.plugins.openid_connect.config.needs import lacks
from gatepost.plugins.openid_connect.header_names import is_readable, problem, written
from gatepost.values import Fault, Secret

if TYPE_CHECKING:
    from gatepost.plugins.openid_connect.config.whole import OpenIdConnectConfig

_ANYWHERE = "https://provider.invalid/"
_PAIRS = (
    ("discovery_headers_names", "discovery_headers_values"),
    ("introspection_headers_names", "introspection_headers_values"),
    ("introspection_post_args_names", "introspection_post_args_values"),
    ("token_headers_names", "token_headers_values"),
    ("token_post_args_names", "token_post_args_values"),
    ("userinfo_headers_names", "userinfo_headers_values"),
    ("userinfo_query_args_names", "userinfo_query_args_values"),
    ("authorization_query_args_names", "authorization_query_args_values"),
    ("upstream_headers_claims", "upstream_headers_names"),
    ("downstream_headers_claims", "downstream_headers_names"),
)
_HEADERS = (
    "access_token_header",
    "access_token_jwk_header",
    "id_token_header",
    "id_token_jwk_header",
    "introspection_header",
    "introspection_jwt_header",
    "refresh_token_header",
    "session_id_header",
    "user_info_header",
    "user_info_jwt_header",
)


def problems(config: "OpenIdConnectConfig") -> list[str]:
    """Return everything that does not fit together."""
    return [
        *_methods(config),
        *_lists(config),
        *_clients(config),
        *_pairs(config),
        *_headers(config),
        *_read(config),
        *_calls(config),
        *browser_problems(config),
        *_others(config),
    ]


def _methods(config: "OpenIdConnectConfig") -> Iterator[str]:
    if config.methods_named:
        later = [name for name in config.auth_methods if name not in AT_WORK]
        if later:
            yield f"auth_methods: {', '.join(later)} not at work yet; at work: {', '.join(AT_WORK)}"
        for name in config.methods:
            needed = lacks(config, name)
            if needed:
                yield f"auth_methods: {name} needs {needed}"
    # A session alone lets nobody in; whoever means it (another route logs in) says so.
    makes = config.methods if config.methods_named else set(config.methods) - {"session"}
    if not makes and not (config.methods_named and config.auth_methods):
        yield f"auth_methods: name at least one of {', '.join(AT_WORK)}"
    if config.introspect_jwt_tokens and "bearer" in config.methods:
        needed = lacks(config, "introspection")
        if needed:
            yield f"introspect_jwt_tokens needs {needed}"
    if "cookie" in config.bearer_token_param_type and not config.bearer_token_cookie_name:
        yield "bearer_token_param_type: cookie needs bearer_token_cookie_name"


def _lists(config: "OpenIdConnectConfig") -> Iterator[str]:
    for field in (
        "bearer_token_param_type",
        "client_credentials_param_type",
        "password_param_type",
        "refresh_token_param_type",
        "id_token_param_type",
        "consumer_by",
    ):
        if not getattr(config, field):
            usual = ", ".join(type(config).model_fields[field].default)
            yield f"{field} is empty, so nothing would be found; leave it out for {usual}"


def _clients(config: "OpenIdConnectConfig") -> Iterator[str]:
    ids, secrets = config.client_id or (), config.client_secret or ()
    if len(secrets) > max(len(ids), 1):
        yield "client_secret holds more entries than client_id; they are paired by position"
    named = [
        *(config.client_auth or ()),
        config.token_endpoint_auth_method,
        config.introspection_endpoint_auth_method,
        config.revocation_endpoint_auth_method,
        config.pushed_authorization_request_endpoint_auth_method,
    ]
    for name in sorted({name for name in named if name and name not in client_auth.AT_WORK}):
        yield f"client authentication by {name} is not at work yet; use client_secret_basic"
    for number, client in enumerate(ids):
        method = config.introspection_endpoint_auth_method or entry(config.client_auth, number)
        wants = method in ("client_secret_basic", "client_secret_post")
        if wants and "introspection" in config.methods and not entry(secrets, number):
            yield f"client_secret is missing for client {client!r}, which uses {method}"
    if config.enable_hs_signatures and not secrets:
        yield "enable_hs_signatures needs client_secret, which is the key"


def _pairs(config: "OpenIdConnectConfig") -> Iterator[str]:
    for left, right in _PAIRS:
        names, values = getattr(config, left) or (), getattr(config, right) or ()
        if len(names) != len(values):
            yield f"{left} and {right} must have the same number of entries"
    for name in (
        *(config.introspection_headers_values or ()),
        *(config.token_headers_values or ()),
        *(config.userinfo_headers_values or ()),
    ):
        if any(char < " " or char == "\x7f" for char in name):
            yield "a header value holds control characters"


def _headers(config: "OpenIdConnectConfig") -> Iterator[str]:
    for side in ("upstream", "downstream"):
        names = [entry.header for entry in getattr(config, f"{side}_headers") or ()]
        names += getattr(config, f"{side}_headers_names") or ()
        told = "request" if side == "upstream" else "response"
        names += [f"session-{fact}" for fact in getattr(config, f"session_{told}_headers") or ()]
        for field in _HEADERS:
            value = getattr(config, f"{side}_{field}")
            if value is None:
                continue
            names.append(value.rpartition(":")[0] if value.lower().endswith(":bearer") else value)
        for name in names:
            why = problem(name)
            if why:
                yield f"{side} header {name!r} {why}"
        counts = Counter(written(name).lower() for name in names)
        for name, count in counts.items():
            if count > 1:
                yield f"{side} header {name!r} is set {count} times; keep one"


def _read(config: "OpenIdConnectConfig") -> Iterator[str]:
    single = config.bearer_token_header_name
    refresh = config.refresh_token_param_name
    in_header = refresh and "header" in config.refresh_token_param_type
    for field, names in (
        ("bearer_token_header_name", (single,) if single else ()),
        ("refresh_token_param_name", (refresh,) if refresh and in_header else ()),
        ("introspection_headers_client", config.introspection_headers_client or ()),
        (
            "introspection_post_args_client_headers",
            config.introspection_post_args_client_headers or (),
        ),
        ("token_headers_client", config.token_headers_client or ()),
        ("userinfo_headers_client", config.userinfo_headers_client or ()),
    ):
        for name in names:
            if not is_readable(name):
                yield (
                    f"{field}: {name!r} would never be found, because a header's name may hold "
                    "only letters, digits and hyphens"
                )


def _calls(config: "OpenIdConnectConfig") -> Iterator[str]:
    """Build the calls with every configured name, to see whether the protocol lets it be set."""
    ours = Client("client", Secret("secret"))
    told = config.introspection_endpoint_auth_method or entry(config.client_auth, 0)
    way = told or ("client_secret_basic" if config.client_id else "none")
    asked = Extra(
        _named(
            config.introspection_post_args_names,
            config.introspection_post_args_client,
            config.introspection_post_args_client_headers,
        ),
        _named(config.introspection_headers_names, config.introspection_headers_client),
    )
    traded = Extra(
        _named(config.token_post_args_names, config.token_post_args_client),
        _named(config.token_headers_names, config.token_headers_client),
    )
    try:
        if way in client_auth.AT_WORK:
            parameter = config.introspection_token_param_name
            introspection.request(
                _ANYWHERE, Secret("t"), ours, way, parameter=parameter, extra=asked
            )
        token.client_credentials(_ANYWHERE, ours, "client_secret_basic", extra=traded)
        authorization.AuthorizationRequest(
            "client",
            _ANYWHERE,
            "state",
            "nonce",
            extra=_named(
                config.authorization_query_args_names, config.authorization_query_args_client
            ),
        ).parameters()
        userinfo.request(
            _ANYWHERE,
            Secret("t"),
            headers=_named(config.userinfo_headers_names, config.userinfo_headers_client),
            args=_named(config.userinfo_query_args_names, config.userinfo_query_args_client),
        )
    except Fault as fault:
        yield fault.message


def _named(*lists: tuple[str, ...] | None) -> tuple[tuple[str, str], ...]:
    return tuple((name, "") for names in lists for name in names or ())


def _others(config: "OpenIdConnectConfig") -> Iterator[str]:
    if not config.using_pseudo_issuer and not is_reference(config.issuer):
        try:
            discovery.location(config.issuer)
        except Fault as fault:
            yield fault.message
    low, high = config.cache_ttl_min, config.cache_ttl_max
    if low is not None and high is not None and low > high:
        yield "cache_ttl_min is larger than cache_ttl_max"
    if config.http_version not in (1.0, 1.1):
        yield "http_version is 1.1 or 1.0"
    if config.token_headers_replay and not config.token_headers_grants:
        yield "token_headers_replay needs token_headers_grants, such as [client_credentials]"


def entry(values: tuple[str, ...] | None, number: int) -> str | None:
    """Return entry N of a list that is paired with the clients; a missing one is the first."""
    if not values:
        return None
    return values[number] if number < len(values) else values[0]
