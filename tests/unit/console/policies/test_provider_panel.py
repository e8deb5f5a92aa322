import json
from typing import Any

import pytest

from gatepost.console.policies.editor import Tab
from gatepost.console.policies.provider_panel import provider
from tests.unit.console.policies.forms import editing
from tests.unit.console.shown import Answers, press, ui

pytestmark = pytest.mark.anyio

TAB = Tab("Provider", provider)
HOSTILE = "<script>\u202e\x1b[31m"
CHECKS = [
    {"what": "tls", "ok": True, "says": "good for its host", "do": "", "seconds": 0.25},
    {"what": "clock", "ok": False, "says": HOSTILE, "do": "Let both follow NTP", "seconds": 0},
    {"what": "pkce", "ok": None, "says": "not said", "do": "", "seconds": 0},
]


def asked(answers: Answers) -> Any:
    """Return what the provider was asked to be checked with."""
    (body,) = [
        body
        for request, body in zip(answers.asked, answers.bodies, strict=True)
        if request.path == "/openid-connect/check"
    ]
    return json.loads(body)


async def test_each_check_says_how_it_went_and_what_to_do() -> None:
    async with editing(TAB, stored=True, issuer="https://i", leeway=5) as (user, _, answers):
        uris = ["https://app.example/cb"]
        answers.say("/openid-connect/check", {"checks": CHECKS, "redirect_uris": uris})
        press(user, "Test it")
        for words in ("1 of 3 checks failed.", "Tls", "250 ms", HOSTILE, "Let both follow NTP"):
            await user.should_see(words)
        for state in ("ok", "failed", "to know"):
            await user.should_see(state)
        (button,) = [
            one
            for one in user.find(kind=ui.button).elements
            if one.props.get("aria-label") == "Copy the redirect URI"
        ]
        assert button.props["data-copy"] == uris[0]
        assert asked(answers) == {"config": {"issuer": "https://i", "leeway": 5}, "id": "p1"}


async def test_people_are_asked_where_their_browsers_go() -> None:
    config = {"issuer": "https://i", "auth_methods": ["authorization_code"]}
    async with editing(TAB, **config) as (user, _, answers):
        answers.say("/openid-connect/check", {"checks": [], "redirect_uris": []})
        (base,) = user.find(kind=ui.input).elements
        base.set_value(" https://app.example/cb ")
        press(user, "Test it")
        await user.should_see("The provider plays along.")
        assert asked(answers)["redirect_base"] == "https://app.example/cb"


async def test_what_has_to_be_put_right_first_is_told() -> None:
    async with editing(TAB) as (user, _, answers):
        fields = {"config": {"issuer": "required field missing"}}
        answers.say("/openid-connect/check", {"message": "bad", "fields": fields}, 400)
        press(user, "Test it")
        await user.should_see("issuer: required field missing")


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "it is an older version"), (403, "you may not"), (503, "the database is away")],
)
async def test_what_did_not_work_is_said(status: int, words: str) -> None:
    async with editing(TAB) as (user, _, answers):
        answers.say("/openid-connect/check", {"message": words}, status)
        press(user, "Test it")
        await user.should_see(words)
