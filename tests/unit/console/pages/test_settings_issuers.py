import pytest

from gatepost.console.pages.settings_issuers import build
from tests.unit.console.hands import until
from tests.unit.console.shown import admin_api, opened, press, view_of

pytestmark = pytest.mark.anyio

PATH = "/openid-connect/issuers"


async def test_each_issuer_tells_how_it_is_and_is_asked_again() -> None:
    async with admin_api() as (api, answers):
        document = {"token_endpoint": "https://a/token", "jwks_uri": "<b>keys</b>"}
        keys = [{"kid": "<i>k1</i>", "alg": "RS256"}, {"kty": "EC"}]
        good = {"id": "i1", "issuer": "https://a", "created_at": 1, "configuration": document}
        bad = {"id": "i2", "issuer": "https://<b>", "created_at": 1, "problem": "no answer"}
        answers.say(PATH, {"data": [{**good, "keys": keys}, bad], "next": None})
        answers.say(f"{PATH}/i1", {})
        async with opened(build, view_of(api)) as user:
            for words in (
                "https://a", "discovery works", "https://a/token", "<b>keys</b>",
                "<i>k1</i> (RS256), without kid (EC)", "https://<b>", "no answer",
            ):  # fmt: skip
                await user.should_see(words)
            press(user, "Ask all again")
            await until(lambda: ("DELETE", PATH) in [(o.method, o.path) for o in answers.asked])


async def test_none_teaches_and_a_viewer_is_told() -> None:
    async with admin_api() as (api, answers):
        answers.say(PATH, {"data": [], "next": None})
        async with opened(build, view_of(api)) as user:
            await user.should_see("No policy names an issuer")
        asked = len(answers.asked)
        async with opened(build, view_of(api, role="viewer")) as user:
            await user.should_see("takes the role operator; you have viewer.")
        assert len(answers.asked) == asked
