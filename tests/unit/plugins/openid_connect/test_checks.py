from typing import Any

import pytest

from gatepost.plugins.openid_connect.checks import Checking
from gatepost.plugins.openid_connect.told_checks import Check
from gatepost.values import By, Fault, Reply
from tests.unit.plugins.openid_connect.checked_provider import (
    DOCUMENT,
    ISSUER,
    NOW,
    Provider,
    config,
    reply,
)

pytestmark = pytest.mark.anyio


async def found(
    provider: Provider | None = None, *, base: str | None = None, now: float = NOW, **fields: Any
) -> dict[str, Check]:
    fields = {"auth_methods": ["bearer"], **fields}
    checking = Checking(config(**fields), provider or Provider(), lambda: now, redirect_base=base)
    return {one.what: one for one in await checking.run()}


async def test_all_is_well() -> None:
    told = await found()
    assert [told[what].ok for what in ("tls", "discovery", "clock", "keys", "scopes")] == [True] * 5
    assert "ES256" in told["keys"].says


def away(code: str) -> Fault:
    return Fault(code, "It is away.", by=By.PROVIDER)


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (away("provider.unreachable"), "discovery"),
        (away("provider.tls"), "tls"),
        (reply({**DOCUMENT, "issuer": "https://else.example"}), "discovery"),
        (reply({}, 404), "discovery"),
        (reply([]), "discovery"),
        (reply({}, 302), "discovery"),
    ],
)
async def test_an_issuer_that_is_not_one_is_the_first_thing_to_mend(
    answer: Reply | Fault, what: str
) -> None:
    told = await found(Provider(discovery=answer))
    assert told[what].ok is False
    assert told[what].do
    assert "keys" not in told


@pytest.mark.parametrize(
    ("apart", "ok", "word"), [(3, True, "Within"), (90, False, "ahead"), (-90, False, "behind")]
)
async def test_clocks_are_compared(apart: float, ok: bool, word: str) -> None:
    clock = (await found(now=NOW + apart))["clock"]
    assert (clock.ok, word in clock.says) == (ok, True)


async def test_a_provider_without_a_clock_is_not_judged() -> None:
    told = await found(Provider(discovery=reply(DOCUMENT, at=None)))
    assert told["clock"].ok is None


async def test_keys_must_be_there() -> None:
    assert (await found(Provider(jwks=reply({"keys": []}))))["keys"].ok is False
    nowhere = {name: value for name, value in DOCUMENT.items() if name != "jwks_uri"}
    assert (await found(Provider(discovery=reply(nowhere))))["keys"].ok is False


async def test_what_each_method_needs_must_be_offered() -> None:
    told = await found(auth_methods=["password", "client_credentials"], client_id=["a"])
    assert told["method password"].ok is False
    assert told["method client_credentials"].ok is True
    silent = {name: DOCUMENT[name] for name in ("issuer", "jwks_uri", "token_endpoint")}
    told = await found(
        Provider(discovery=reply(silent)), auth_methods=["client_credentials", "userinfo"]
    )
    assert told["method client_credentials"].ok is None
    assert "userinfo_endpoint" in told["method userinfo"].do
    told = await found(
        Provider(discovery=reply(silent)),
        auth_methods=["userinfo"],
        userinfo_endpoint=f"{ISSUER}/u",
    )
    assert told["method userinfo"].ok is True


async def test_without_tls_anybody_could_be_the_provider() -> None:
    plain = "http://id.example"
    told = await found(Provider(discovery=reply({"issuer": plain})), issuer=plain)
    assert told["tls"].ok is False
    assert (await found(ssl_verify=False))["tls"].ok is False


async def test_a_login_has_an_address_to_register() -> None:
    login = {"auth_methods": ["authorization_code"], "client_id": ["app"], "client_secret": ["s"]}
    told = await found(base="https://gw/app", **login)
    assert "Set redirect_uri" in told["redirect URI"].do
    assert told["redirect URI"].says == "https://gw/app"
    named = await found(base="https://gw/app", redirect_uri=["https://gw/back"], **login)
    assert named["redirect URI"].says == "https://gw/back"
    assert (await found(**login))["redirect URI"].do.startswith("Set redirect_uri")
    weak = {**DOCUMENT, "code_challenge_methods_supported": ["plain"]}
    assert (await found(Provider(discovery=reply(weak)), **login))["pkce"].ok is None


async def test_an_issuer_that_is_only_a_name_is_not_asked() -> None:
    provider = Provider()
    told = await found(provider, using_pseudo_issuer=True, jwks_endpoint=f"{ISSUER}/keys")
    assert told["discovery"].ok is None
    assert [call.purpose for call in provider.calls] == ["jwks"]


async def test_no_call_takes_longer_than_somebody_waits() -> None:
    provider = Provider()
    await found(provider, timeout=600_000)
    assert {call.transport.timeout for call in provider.calls} == {10.0}
