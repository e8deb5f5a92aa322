import pytest

from gatepost.plugin.chain import IDENTITY_HEADERS
from gatepost.plugins.openid_connect.header_names import is_name, is_readable, problem, written


def test_underscores_are_written_as_hyphens() -> None:
    assert written("Issuer_Header") == "Issuer-Header"


@pytest.mark.parametrize("name", [*IDENTITY_HEADERS, "x_consumer_id", "X-CONSUMER-USERNAME"])
def test_the_gateways_own_headers_cannot_be_set(name: str) -> None:
    assert problem(name) == "is set by the gateway itself; choose another name"


@pytest.mark.parametrize(
    "name",
    ["Host", "Content_Length", "Connection", "X-Forwarded-For", "X-Real-IP", "X-Original-URL"],
)
def test_the_connections_headers_cannot_be_set(name: str) -> None:
    assert problem(name) is not None


@pytest.mark.parametrize("name", ["", "a b", "a:b", "ä", "a\n", "x" * 201])
def test_what_is_no_header_name(name: str) -> None:
    assert not is_name(name)
    assert problem(name) == "is not a header name"


def test_any_other_name_is_fine() -> None:
    assert problem("X-User_Name") is None
    assert problem("Authorization") is None


def test_the_engine_reads_no_header_with_other_characters_in_its_name() -> None:
    assert is_readable("X-User_Token-2")
    assert not any(map(is_readable, ["X.Token", "x!", "x|y", "", "a b", "~"]))
