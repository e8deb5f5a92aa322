import pytest

from gatepost.console.pages.trace import build, name_of, where
from tests.unit.console.shown import admin_api, opened, view_of
from tests.unit.console.telling.stories import HOSTILE, trace

pytestmark = pytest.mark.anyio


async def test_a_decision_is_shown_with_the_names_of_route_and_service() -> None:
    async with admin_api() as (api, answers):
        told = trace("wrong audience", mark="find-me", path=HOSTILE)
        answers.say("/traces/a b", told)
        answers.say(f"/routes/{told['route']}", {"id": told["route"], "name": "orders"})
        async with opened(build, view_of(api, trace="a b")) as user:
            await user.should_see("The token's aud is api://default, but this route wants orders.")
            for part in ("403 refused", "orders", "mark find-me", "All with this reason"):
                await user.should_see(part)
            assert user.client is not None
            headings = [one for one in user.client.elements.values() if one.tag == "h1"]
            assert [one.text for one in headings] == [f"GET {HOSTILE}"]  # type: ignore[attr-defined]
            targets = {str(one.props.get("href")) for one in user.client.elements.values()}
            assert f"/routes/{told['route']}" in targets
            assert f"/traces?route={told['route']}" in targets
            assert "/traces?reason=audience.missing" in targets


async def test_one_that_is_not_known_says_what_may_have_become_of_it() -> None:
    async with admin_api() as (api, _), opened(build, view_of(api, trace=HOSTILE)) as user:
        await user.should_see("This request is not known")
        await user.should_see("The latest requests")


async def test_one_that_has_not_ended_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatepost.console.pages.trace._EVERY", 0.1)
    async with admin_api() as (api, answers):
        answers.say("/traces/t", trace("accepted", seconds=None, status=None))
        async with opened(build, view_of(api, trace="t")) as user:
            await user.should_see("has not ended yet")
            answers.say("/traces/t", trace("accepted", status=201))
            await user.should_see("201 let through")
            await user.should_not_see("has not ended yet")
            count = len(answers.asked)
            await user.should_see("201 let through")
            assert len([one for one in answers.asked[count:] if "traces" in one.path]) == 0


async def test_names_of_what_is_gone_are_empty_and_addresses_keep_the_control_plane() -> None:
    async with admin_api() as (api, _):
        assert await name_of(view_of(api), "routes", "../x") == ""
    assert where(view_of(plane="p"), "traces", "a/b") == "/traces/a%2Fb?plane=p"
    assert where(view_of(), "consumers", "c") == "/consumers/c"
