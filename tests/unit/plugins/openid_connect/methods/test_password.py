import base64
from typing import Any

import pytest

from gatepost.plugin.decision import Forward
from gatepost.plugin.evaluate import Evaluation
from gatepost.plugin.testkit import json_reply
from gatepost.values import Tag, TagKind
from tests.unit.plugins.openid_connect.browser_script import Browser, Scene, upstream
from tests.unit.plugins.openid_connect.provider_script import ISSUER, code, status

pytestmark = pytest.mark.anyio
ONLY = {"auth_methods": ["password"]}


async def ask(scene: Scene, password: str = "right", name: str = "alice", **how: Any) -> Evaluation:
    pair = base64.b64encode(f"{name}:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}"}
    return await Browser(scene).open(navigates=False, headers=headers, **how)


async def test_a_password_is_traded_for_a_token_that_goes_upstream_in_its_place() -> None:
    scene = Scene(**ONLY)
    told = await ask(scene)
    assert (upstream(told)["Authorization"] or "").startswith("Bearer ey")
    form = scene.provider.form(-2)
    assert (form["grant_type"], form["username"], form["password"]) == (
        ["password"],
        ["alice"],
        ["right"],
    )


async def test_the_second_request_costs_no_call() -> None:
    scene = Scene(**ONLY)
    await ask(scene)
    calls = len(scene.provider.calls)
    told = await ask(scene)
    assert len(scene.provider.calls) == calls
    assert told.memory.until > scene.world.wall


async def test_a_wrong_password_is_401_and_is_not_kept() -> None:
    scene = Scene(**ONLY)
    told = await ask(scene, "wrong")
    assert (status(told), code(told)) == (401, "credential.refused")
    assert told.memory.until == 0
    assert isinstance((await ask(scene)).decision, Forward)


async def test_a_provider_that_does_not_accept_us_is_503() -> None:
    scene = Scene(**ONLY)
    scene.provider.on("POST", "/v1/token", json_reply({"error": "invalid_client"}, 401))
    assert status(await ask(scene)) == 503


async def test_a_password_may_be_two_arguments_that_are_taken_out() -> None:
    scene = Scene(**ONLY)
    told = await Browser(scene).open("/page?username=alice&password=right&x=1", navigates=False)
    assert isinstance(told.decision, Forward)
    assert told.decision.edits.remove_args == ("username", "password")


async def test_with_client_credentials_beside_it_basic_is_a_password() -> None:
    scene = Scene(auth_methods=["password", "client_credentials"])
    await ask(scene)
    assert scene.provider.form(-2)["grant_type"] == ["password"]


async def test_a_malformed_pair_is_401_without_a_call() -> None:
    scene = Scene(**ONLY)
    told = await Browser(scene).open(navigates=False, headers={"Authorization": "Basic %%%"})
    assert (status(told), code(told)) == (401, "credential.malformed")
    assert scene.provider.calls == []


async def test_a_revoked_subject_is_refused() -> None:
    scene = Scene(**ONLY)
    await ask(scene)
    tag = Tag.of(TagKind.SUBJECT, ISSUER, "alice")
    await scene.world.sources.revoke([(tag, None)], "test")
    assert status(await ask(scene)) == 401


async def test_no_password_is_in_the_trace() -> None:
    scene = Scene(**ONLY)
    told = await ask(scene, "canary-password")
    assert "canary" not in repr(told)
    assert "canary" not in repr(told.trace.steps)
