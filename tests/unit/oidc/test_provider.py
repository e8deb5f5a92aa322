from dataclasses import fields

import pytest

from gatepost.oidc import Provider
from gatepost.oidc.provider import ENDPOINTS, FLAGS, LISTS
from gatepost.values import By, Fault


def test_configured_endpoints_replace_discovered_ones() -> None:
    provider = Provider("https://i", token_endpoint="https://i/t", jwks_uri="https://i/k")
    changed = provider.override(token_endpoint="https://other/t", jwks_uri=None)
    assert changed.require("token_endpoint") == "https://other/t"
    assert changed.require("jwks_uri") == "https://i/k"
    assert provider.token_endpoint == "https://i/t"


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_missing_endpoint_is_not_the_clients_fault(name: str) -> None:
    with pytest.raises(Fault, match=name) as raised:
        Provider.pseudo("anything").require(name)
    assert (raised.value.code, raised.value.by) == ("provider.no_endpoint", By.PROVIDER)


def test_an_endpoint_that_cannot_be_called_is_refused() -> None:
    for name, url in (
        ("token_endpoint", "/t"),
        ("jwks_uri", "https://a@b"),
        ("issuer", "https://x"),
    ):
        with pytest.raises(Fault, match=name) as raised:
            Provider.pseudo("i").override(**{name: url})
        assert (raised.value.code, raised.value.by) == ("config.endpoint", By.OPERATOR)


def test_a_name_that_is_no_endpoint_is_a_mistake_of_the_code() -> None:
    with pytest.raises(KeyError):
        Provider.pseudo("i").require("issuer")


def test_a_plain_http_endpoint_is_noted() -> None:
    assert Provider("http://i").insecure
    assert Provider("https://i").override(jwks_uri="http://i/k").insecure
    assert not Provider("https://i", jwks_uri="https://i/k").insecure


def test_each_fact_of_the_metadata_has_its_field_and_is_off_unless_told() -> None:
    provider = Provider.pseudo("https://i")
    assert all(getattr(provider, name) is None for name in ENDPOINTS)
    assert all(getattr(provider, name) == () for name in LISTS)
    assert all(getattr(provider, name) is False for name in FLAGS)
    named = {field.name for field in fields(Provider)} - {"issuer", "document"}
    assert named == {*ENDPOINTS, *LISTS, *FLAGS}
