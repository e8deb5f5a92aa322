from urllib.parse import parse_qs

import pytest

from gatepost.oidc import Client
from gatepost.plugin.extract import HttpRequest
from gatepost.plugin.request import Request
from gatepost.plugin.testkit import FakeRuntime, World
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.token_calls import TokenCalls
from gatepost.values import Call, Headers, Reply, Secret
from tests.unit.plugins.openid_connect.provider_script import ISSUER, Provider

pytestmark = pytest.mark.anyio
CLIENT = Client("shop", Secret("s"))


def calls(**config: object) -> TokenCalls:
    whole = {"issuer": ISSUER, "client_id": ["shop"], "client_secret": ["s"], **config}
    read = OpenIdConnectConfig.model_validate(whole)
    return TokenCalls(read, Source(read), Clients(read))


def form(call: Call) -> dict[str, list[str]]:
    return parse_qs(call.body.decode())


def request() -> Request:
    return Request({}, HttpRequest(args="tenant=t", headers=Headers([("X-T", "1")])).context())


EXTRA = {
    "token_post_args_names": ["fixed"],
    "token_post_args_values": ["f"],
    "token_post_args_client": ["tenant"],
}


async def test_a_code_is_redeemed_with_what_is_configured_and_nothing_of_who_brought_it() -> None:
    call = await calls(**EXTRA).code(
        CLIENT,
        Secret("the code"),
        FakeRuntime(World(Provider())),
        redirect_uri="https://shop.example/back",
        verifier="v" * 43,
    )
    assert form(call) == {
        "grant_type": ["authorization_code"],
        "code": ["the code"],
        "redirect_uri": ["https://shop.example/back"],
        "code_verifier": ["v" * 43],
        "fixed": ["f"],
    }


async def test_a_password_is_traded_with_what_the_request_adds() -> None:
    runtime = FakeRuntime(World(Provider()))
    one = calls(**EXTRA, audience=["api"])
    call = await one.password(CLIENT, ("alice", Secret("p")), request(), runtime)
    assert form(call)["tenant"] == ["t"]
    assert form(call)["audience"] == ["api"]
    assert form(call)["scope"] == ["openid"]


async def test_a_session_is_refreshed_without_any_request() -> None:
    call = await calls(**EXTRA).refresh(CLIENT, Secret("r"), FakeRuntime(World(Provider())))
    assert form(call) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["r"],
        "fixed": ["f"],
    }


def test_headers_of_an_answer_are_shown_for_the_grants_that_are_named() -> None:
    one = calls(token_headers_replay=["X-Limit"], token_headers_grants=["authorization_code"])
    reply = Reply(200, Headers([("X-Limit", "5")]))
    assert one.replayed(reply, "authorization_code") == (("X-Limit", "5"),)
    assert one.replayed(reply, "password") == ()
