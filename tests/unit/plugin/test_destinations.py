import re
from typing import Any

import pytest

from gatepost.plugin import installed
from gatepost.plugin.canonical import canonical
from gatepost.plugin.destinations import destinations, sent_elsewhere
from gatepost.plugin.masking import secret_paths, unmasked
from gatepost.plugin.shape import Shape, shape_of
from gatepost.values.secret import MASK

OIDC = installed().plugin("openid-connect")
STORED = canonical(
    OIDC,
    {
        "issuer": "https://idp.example",
        "client_id": ["a"],
        "client_secret": ["sesame"],
        "redis": {"host": "redis.example", "password": "open"},
    },
)


def moved(**given: Any) -> list[str]:
    whole = unmasked(OIDC, given, STORED)
    return [one.path for one in sent_elsewhere(OIDC, given, STORED, canonical(OIDC, whole))]


MASKED: dict[str, Any] = {
    "issuer": "https://idp.example",
    "client_id": ["a"],
    "client_secret": [MASK],
    "redis": {"host": "redis.example", "password": MASK},
}


def test_a_mask_keeps_what_stays_where_it_was() -> None:
    assert moved(**MASKED) == []
    assert moved(**{**MASKED, "client_id": ["b"], "scopes": ["openid"]}) == []


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "https://evil.example/token"},
        {"introspection_endpoint": "https://evil.example"},
        {"https_proxy": "http://evil.example:3128"},
        {"http_proxy": "http://evil.example:3128"},
        {"ssl_verify": False},
    ],
)
def test_a_secret_for_the_provider_is_not_sent_to_another(change: dict[str, Any]) -> None:
    assert moved(**{**MASKED, **change}) == ["config.client_secret[0]"]
    own = {**MASKED, **change, "client_secret": ["mine"]}
    assert moved(**own) == []


@pytest.mark.parametrize(
    "change",
    [
        {"host": "evil.example"},
        {"port": 1},
        {"ssl_verify": False},
        {"server_name": "evil.example"},
        {"cluster_nodes": [{"ip": "203.0.113.1"}]},
    ],
)
def test_a_password_of_the_redis_is_not_sent_to_another(change: dict[str, Any]) -> None:
    redis = {**MASKED["redis"], **change}
    assert moved(**{**MASKED, "redis": redis}) == ["config.redis.password"]


def test_an_old_name_of_a_secret_is_no_way_around() -> None:
    given = {**MASKED, "redis": {"host": "evil.example"}, "session_redis_password": MASK}
    assert moved(**given) == ["config.session_redis_password"]


def test_every_address_that_a_plugin_may_call_with_a_secret_is_a_destination() -> None:
    known = {
        name
        for name in installed().names
        for name in _addresses(shape_of(installed().plugin(name).Config))
    }
    found = {
        path[-1] for name in installed().names for path in destinations(installed().plugin(name))
    }
    assert known <= found


def test_every_plugin_with_secrets_has_destinations_or_sends_them_nowhere() -> None:
    for name in installed().names:
        plugin = installed().plugin(name)
        assert destinations(plugin) or not secret_paths(plugin), name


_BROWSERS = re.compile(r"redirect|logout_uri|post_logout|end_session")


def _addresses(shape: Shape) -> set[str]:
    """Return the names of fields that look like addresses, but for those browsers are sent to."""
    found = set()
    for name, member in shape.fields.items():
        inside = _addresses(member.shape) if member.shape.kind == "record" else set()
        looks = re.search(r"endpoint$|uris?$|url$|host$|proxy$|issuer$|nodes$", name)
        found |= inside | ({name} if looks and not _BROWSERS.search(name) else set())
    return found
