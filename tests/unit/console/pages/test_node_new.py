import time

import pytest

from gatepost.console.pages.node_new import build
from tests.unit.console.hands import problem, until, write
from tests.unit.console.pages.test_nodes import node, token
from tests.unit.console.shown import Answers, admin_api, opened, press, view_of

pytestmark = pytest.mark.anyio

MADE = {
    **token(),
    "token": "gpn_secret",
    "address": "gate:8005",
    "command": "gatepost node --control-plane gate:8005 --token gpn_secret",
}


def making(answers: Answers, *tokens: dict[str, object]) -> None:
    """One path for making and listing: the answer has what both read."""
    answers.say("/clustering/tokens", {**MADE, "data": list(tokens)})


async def test_the_command_is_shown_once_and_it_turns_green_when_the_node_is_here() -> None:
    async with admin_api() as (api, answers):
        making(answers, token())
        async with opened(build, view_of(api)) as user:
            press(user, "Make a token")
            await user.should_see(str(MADE["command"]))
            await user.should_see("never again")
            await user.should_see("Waiting for the node")
            making(answers, token(used_at=1, used_by="n1"))
            answers.say("/clustering/data-planes/n1", node("n1", hostname="<b>gate</b>"))
            await user.should_see("<b>gate</b>")
            await user.should_see("is here and in sync.")
        assert answers.bodies[0] == b'{"expires_in":3600}'


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        ([], "The token was dropped"),
        ([token(expires_at=time.time() - 1)], "The token has ended"),
        ([token(used_at=1, used_by="away")], "Waiting for the node"),
    ],
)
async def test_what_became_of_the_token_is_said(
    tokens: list[dict[str, object]], words: str
) -> None:
    async with admin_api() as (api, answers):
        making(answers, *tokens)
        async with opened(build, view_of(api)) as user:
            press(user, "Make a token")
            await user.should_see(words)


async def test_a_node_that_refuses_says_why() -> None:
    async with admin_api() as (api, answers):
        making(answers, token(used_at=1, used_by="n1"))
        refused = node("n1", sync_status="refused", sync_reason="GATE_SECRET is not set")
        answers.say("/clustering/data-planes/n1", refused)
        async with opened(build, view_of(api)) as user:
            press(user, "Make a token")
            await user.should_see("is enrolled: refused.")
            await user.should_see("GATE_SECRET is not set")


async def test_a_wrong_address_is_said_at_its_field() -> None:
    async with admin_api() as (api, answers):
        wrong = {"message": "schema violation", "fields": {"address": "expected host:port"}}
        answers.say("/clustering/tokens", wrong, 400)
        async with opened(build, view_of(api)) as user:
            await write(user, "address", "http://x")
            press(user, "Make a token")
            await until(lambda: problem(user, "address") == "expected host:port")


async def test_a_viewer_cannot_make_one() -> None:
    async with admin_api() as (api, _), opened(build, view_of(api, role="viewer")) as user:
        await user.should_see("This takes the role operator; you have viewer.")
