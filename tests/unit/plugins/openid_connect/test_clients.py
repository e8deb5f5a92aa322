import pytest

from gatepost.plugin.extract import HttpRequest, extract
from gatepost.plugin.request import Request
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.values import Headers, Secret

TWO = {
    "client_id": ["one", "two"],
    "client_secret": ["s1", "s2"],
    "client_auth": ["client_secret_post"],
}


def clients(**config: object) -> Clients:
    whole = {"issuer": "https://idp.example", **config}
    return Clients(OpenIdConnectConfig.model_validate(whole))


def request_for(found: Clients, *headers: tuple[str, str], args: str | None = None) -> Request:
    request = HttpRequest(headers=Headers(headers), args=args)
    keyed = extract(found.attributes, request)
    assert isinstance(keyed, dict)
    return Request(keyed, request.context())


@pytest.mark.parametrize(
    ("headers", "args", "expected"),
    [
        ([], None, "one"),
        ([("X-Client-Id", "two")], None, "two"),
        ([("Client-Id", "two")], None, "two"),
        ([("X-Client-Id", "2")], "client_id=one", "two"),
        ([], "client_id=two", "two"),
        ([], "client_id=2", "two"),
        ([], "client_id=3", "one"),
        ([], "client_id=0", "one"),
    ],
)
def test_a_request_picks_a_client_by_id_or_position(
    headers: list[tuple[str, str]], args: str | None, expected: str
) -> None:
    found = clients(**TWO)
    chosen = found.chosen(request_for(found, *headers, args=args))
    assert chosen is not None
    assert chosen.id == expected


def test_the_argument_has_the_configured_name() -> None:
    found = clients(**TWO, client_arg="tenant")
    chosen = found.chosen(request_for(found, args="tenant=two"))
    assert chosen is not None
    assert chosen.id == "two"


def test_one_client_is_chosen_without_reading_anything() -> None:
    found = clients(client_id=["one"])
    assert found.attributes == ()
    request = request_for(found, args="client_id=x")
    assert found.chosen(request) is not None
    assert request.reads == {}


def test_a_missing_entry_is_the_first() -> None:
    found = clients(**TWO)
    assert found.presented("two", Secret("x")).auth == "client_secret_post"
    assert found.presented("stranger", Secret("x")).auth == "client_secret_post"


def test_the_endpoints_own_setting_wins_then_the_clients_then_discovery() -> None:
    client = clients(client_id=["a"]).presented("a", Secret("b"))
    own = clients(client_id=["a"], token_endpoint_auth_method="client_secret_post")
    assert own.at_token(client, ("client_secret_basic",)) == "client_secret_post"
    assert own.at_introspection(client, ("client_secret_post",)) == "client_secret_post"
    assert own.at_introspection(client, ()) == "client_secret_basic"
    assert own.token_auth_told
    assert not clients(client_id=["a"], client_secret=["b"]).auth_told


def test_a_lone_secret_is_a_key() -> None:
    found = clients(client_secret=["s"], enable_hs_signatures=True)
    assert found.secret(request_for(found)) == Secret("s")
    assert found.chosen(request_for(found)) is None
