from typing import Any

import pytest

from gatepost.plugins.openid_connect.checks import Checking
from gatepost.plugins.openid_connect.told_checks import Check
from gatepost.values import By, Fault, Reply
from tests.unit.plugins.openid_connect.checked_provider import NOW, Provider, config, reply

pytestmark = pytest.mark.anyio

CLIENT = {"client_id": ["app"], "client_secret": ["s3cret-text"]}
WHAT = "client authentication"


async def found(provider: Provider, *methods: str, **fields: Any) -> dict[str, Check]:
    unknown = frozenset(fields.pop("unknown", ()))
    fields = {**CLIENT, **fields}
    checking = Checking(
        config(auth_methods=list(methods), **fields), provider, lambda: NOW, unknown
    )
    told = {one.what: one for one in await checking.run()}
    assert "s3cret-text" not in str([one.shown() for one in told.values()])
    return told


async def test_a_client_is_let_in_where_only_the_made_up_token_is_refused() -> None:
    provider = Provider()
    told = await found(provider, "introspection")
    assert (told[WHAT].ok, told["introspection"].ok) == (True, True)
    (call,) = (one for one in provider.calls if one.purpose == "introspection")
    assert b"made-up-" in call.body


async def test_an_endpoint_that_calls_everything_active_is_found_out() -> None:
    told = await found(Provider(introspection=reply({"active": True})), "introspection")
    assert told["introspection"].ok is False
    assert WHAT not in told


@pytest.mark.parametrize(
    ("answer", "ok", "word"),
    [
        (reply({"error": "invalid_grant"}, 400), True, "let in"),
        (reply({"error": "invalid_client"}, 401), False, "invalid_client"),
        (reply({"error": "unauthorized_client"}, 400), None, "may not use this grant"),
        (reply({"access_token": "x", "token_type": "Bearer"}), False, "made up"),
        (reply({}, 500), False, "status 500"),
        (Fault("provider.timeout", "Late.", by=By.PROVIDER), False, "Late."),
    ],
)
async def test_a_code_that_was_made_up_tells(answer: Reply | Fault, ok: Any, word: str) -> None:
    told = await found(Provider(token=answer), "authorization_code")
    assert told[WHAT].ok is ok
    assert word in told[WHAT].says


async def test_in_its_own_name_it_gets_a_token_or_is_told_which_scope() -> None:
    granted = Provider(token=reply({"access_token": "t0ken", "token_type": "Bearer"}))
    told = await found(granted, "client_credentials", scopes=["read"])
    assert told[WHAT].ok is True
    assert "t0ken" not in str(told)
    scope = Provider(token=reply({"error": "invalid_scope"}, 400))
    assert (await found(scope, "client_credentials"))["scopes"].ok is False


async def test_without_a_client_there_is_nobody_to_let_in() -> None:
    nobody = {"client_id": None, "client_secret": None}
    assert WHAT not in await found(Provider(), "bearer", **nobody)


async def test_a_secret_that_only_nodes_know_is_not_tried() -> None:
    provider = Provider()
    told = await found(provider, "introspection", unknown=["client_secret"])
    assert told[WHAT].ok is None
    assert "introspection" not in {call.purpose for call in provider.calls}


async def test_each_client_is_tried_with_its_own_secret() -> None:
    two = {"client_id": ["a", "b"], "client_secret": ["s3cret-text", "other-text"]}
    provider = Provider()
    await found(provider, "introspection", client_auth=["client_secret_post"], **two)
    bodies = [one.body for one in provider.calls if one.purpose == "introspection"]
    assert [b"s3cret-text" in body for body in bodies] == [True, False]
    assert b"other-text" in bodies[1]
