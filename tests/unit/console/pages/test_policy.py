import json
from collections.abc import Iterator
from typing import Any

import pytest

from gatepost.console.pages import policy as page
from gatepost.console.pages.policy import new, one, tabs_of
from tests.unit.console.hands import until
from tests.unit.console.policies.plane import emptied, policy
from tests.unit.console.policies.schemas import OIDC, UNKNOWN, UNKNOWN_TOLD
from tests.unit.console.real import Plane, calls
from tests.unit.console.shown import User, admin_api, opened, press, ui, view_of

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.slow]

HOSTILE = "<script>alert(1)</script>\u202e\x1b[31m"


@pytest.fixture(autouse=True)
def nothing_left(plane: Plane) -> Iterator[None]:
    yield
    emptied(plane)


def field(user: User, name: str) -> Any:
    """Return the input of a field."""
    found = [
        made
        for made in user.find(kind=ui.element).elements
        if made.props.get("data-field") == name and made.visible
    ]
    assert len(found) == 1, (name, found)
    return found[0]


def box(user: User, way: str) -> Any:
    (made,) = [m for m in user.find(kind=ui.checkbox).elements if m.props.get("data-way") == way]
    return made


def stored(plane: Plane) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = plane.get("/plugins")["data"]
    return found


async def test_a_policy_is_added_from_what_somebody_wants(plane: Plane) -> None:
    service = plane.make("/services", name="orders", url="http://127.0.0.1:9")
    plane.make("/services/orders/routes", name="r", paths=["/r"])
    async with calls(plane) as api, opened(new, view_of(api, service="orders")) as user:
        await user.should_see("How do callers prove who they are?")
        await user.should_see("It reaches 1 route")
        box(user, "tokens").set_value(True)
        await user.should_see("Your identity provider")
        field(user, "issuer").set_value("http://idp.example")
        await user.should_see("Use its https:// address.")
        field(user, "issuer").set_value("https://idp.example")
        await user.should_not_see("Use its https:// address.")
        field(user, "audience_required").set_value([HOSTILE])
        await user.should_see("Ready to be added.")
        press(user, "Add the policy")
        await until(lambda: stored(plane))
    (made,) = stored(plane)
    assert made["service"] == {"id": service["id"]}
    config = made["config"]
    assert config["auth_methods"] == ["bearer"]
    assert (config["leeway"], config["bearer_token_param_type"]) == (5, ["header"])
    assert config["audience_required"] == [HOSTILE]


async def test_what_is_missing_is_told_when_it_shall_be_added(plane: Plane) -> None:
    async with calls(plane) as api, opened(new, view_of(api)) as user:
        await user.should_see("Fill in what is needed.")
        box(user, "tokens").set_value(True)
        press(user, "Add the policy")
        await user.should_see("issuer: required field missing")
        await until(lambda: field(user, "issuer").props["error"])
    assert stored(plane) == []


async def test_a_stored_policy_is_recognised_and_changed(plane: Plane) -> None:
    made = policy(plane, client_id=["gw"], client_secret=["hush"], scopes_required=["a"])
    path = made["id"]
    async with calls(plane) as api, opened(one, view_of(api, policy=path)) as user:
        await user.should_see("Saved.")
        assert box(user, "tokens").value
        assert not box(user, "people").value
        field(user, "scopes_required").set_value(["a", "b"])
        await user.should_see("1 change not saved")
        press(user, "As text")
        await user.should_see('becomes ["a", "b"]')
        press(user, "Save")
        await until(lambda: stored(plane)[0]["config"]["scopes_required"] == ["a", "b"])
    revealed = plane.get(f"/plugins/{path}")["config"]
    assert revealed["client_secret"] == ["{masked}"]


async def test_a_message_stands_at_the_field_while_somebody_types(plane: Plane) -> None:
    made = policy(plane)
    async with calls(plane) as api, opened(one, view_of(api, policy=made["id"])) as user:
        await user.should_see("Saved.")
        field(user, "issuer").set_value("nonsense")
        await until(lambda: field(user, "issuer").props["error"])
        await user.should_see("1 thing is missing or wrong")


async def test_what_somebody_else_changed_is_not_written_over_unasked(plane: Plane) -> None:
    made = policy(plane)
    async with calls(plane) as api, opened(one, view_of(api, policy=made["id"])) as user:
        await user.should_see("Saved.")
        plane.json("PATCH", f"/plugins/{made['id']}", {"config": {"leeway": 9}})
        field(user, "scopes_required").set_value(["mine"])
        press(user, "Save")
        await user.should_see("Somebody changed this meanwhile")
        press(user, "Overwrite")
        await until(lambda: stored(plane)[0]["config"]["scopes_required"] == ["mine"])
    assert stored(plane)[0]["config"]["leeway"] == 9


async def test_switching_off_names_the_routes_and_can_be_undone(plane: Plane) -> None:
    plane.make("/services", name="s", url="http://127.0.0.1:9")
    plane.make("/services/s/routes", name="wide-open", paths=["/r"])
    made = policy(plane, "/services/s/plugins")
    async with calls(plane) as api, opened(one, view_of(api, policy=made["id"])) as user:
        await user.should_see("Switch off")
        press(user, "Switch off")
        await user.should_see("Nobody checks callers any more on 1 route")
        await user.should_see("wide-open")
        button = max(
            (b for b in user.find(kind=ui.button).elements if b.text == "Switch off"),
            key=lambda b: b.id,
        )
        chosen = user.find(kind=ui.button)
        chosen.elements = {button}
        chosen.click()
        await user.should_see("off: it does nothing")
        assert not stored(plane)[0]["enabled"]
        press(user, "Undo")
        await until(lambda: stored(plane)[0]["enabled"])


async def test_a_viewer_sees_and_cannot_change(plane: Plane) -> None:
    made = policy(plane)
    view_path = made["id"]
    async with (
        calls(plane) as api,
        opened(one, view_of(api, role="viewer", policy=view_path)) as user,
    ):
        await user.should_see("Your identity provider")
        assert not field(user, "issuer").enabled
        assert not box(user, "tokens").enabled
        for words in ("Save", "Discard", "Delete", "Switch off"):
            (button,) = [b for b in user.find(kind=ui.button).elements if b.text == words]
            assert not button.enabled


async def test_a_plugin_that_nobody_knows_has_all_its_fields_from_its_schema() -> None:
    async with admin_api() as (api, answers):
        answers.say("/", {"plugins": {"available_on_server": {"unknown": {}}}})
        answers.say("/schemas/plugins/unknown", UNKNOWN_TOLD)
        answers.say("/schemas/plugins/validate", {"message": "schema validation successful"})
        answers.say("/routes", {"data": []})
        answers.say("/plugins", {"id": "p9"}, 201)
        async with opened(new, view_of(api)) as user:
            await user.should_see("default: 60")
            field(user, "limit").set_value(7)
            field(user, "store.host").set_value("redis")
            press(user, "Add the policy")
            await until(lambda: any(r.path == "/plugins" for r in answers.asked))
        (body,) = [
            json.loads(body)
            for request, body in zip(answers.asked, answers.bodies, strict=True)
            if request.path == "/plugins"
        ]
        assert body["config"] == {"limit": 7, "store": {"host": "redis"}}


async def test_only_openid_connect_has_goals() -> None:
    assert tabs_of(OIDC)[0].title == "What you want"
    assert [tab.title for tab in tabs_of(UNKNOWN)] == ["Settings", "Name and tags", "As text"]
    assert [one.path for one in page.PAGES] == ["/policies/new", "/policies/{policy}"]
