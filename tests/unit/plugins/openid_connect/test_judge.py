import pytest

from gatepost.plugin.request import Context, Request
from gatepost.plugin.testkit import BEGIN, FakeRuntime, World
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.judge import Judge
from gatepost.plugins.openid_connect.provider import Source
from gatepost.values import Fault
from tests.unit.plugins.openid_connect.provider_script import ISSUER, KEY, Provider, jwt

pytestmark = pytest.mark.anyio


def judge(**config: object) -> Judge:
    whole = OpenIdConnectConfig.model_validate({"issuer": ISSUER, **config})
    return Judge(whole, Source(whole), Clients(whole))


async def test_a_verified_token_names_its_key_and_its_end() -> None:
    runtime = FakeRuntime(World(Provider()))
    verified = await judge(leeway=3).jwt(jwt(), Request({}, Context()), runtime, method="bearer")
    assert verified.key is not None
    assert verified.key.kid == KEY.kid
    assert verified.until == BEGIN + 603
    assert runtime.clock.deadline == BEGIN + 603


async def test_a_signature_is_ignored_only_for_the_methods_that_say_so() -> None:
    found = judge(ignore_signature=["client_credentials"])
    assert found.checks_signature("bearer")
    assert not found.checks_signature("client_credentials")
    assert not judge(verify_signature=False).checks_signature("bearer")


async def test_what_is_no_jwt_is_malformed() -> None:
    with pytest.raises(Fault, match=r"token\.malformed"):
        await judge().jwt("a.b.c", Request({}, Context()), FakeRuntime(), method="bearer")
