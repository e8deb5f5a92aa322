import re

import pytest

from gatepost.admin.api_paths import add_all
from gatepost.admin.caller import Caller, Role
from gatepost.admin.entity_paths import Handler
from gatepost.admin.paths import Paths
from tests.admin_desk import Desk


def test_every_path_says_what_it_is_about() -> None:
    paths: Paths[Handler] = Paths()
    add_all(paths)
    templates = [one.template for one in paths.all()]
    assert {"/", "/status", "/endpoints", "/tags/{tag}", "/openapi.json"} <= set(templates)
    assert all(one.about for one in paths.all())


def test_a_group_is_shown_with_its_members_and_written_like_the_others() -> None:
    paths: Paths[Handler] = Paths()
    add_all(paths)
    found = paths.find(["consumer_groups", "x"])
    assert found is not None
    assert set(found[0].methods) == {"GET", "PUT", "PATCH", "DELETE"}
    assert found[0].methods["GET"].__name__ == "show_group"


NOBODY = "00000000-0000-4000-8000-000000000001"
WEAKEST = {
    ("GET", "/audit"): Role.OPERATOR,
    ("GET", "/clustering/tokens"): Role.OPERATOR,
    ("GET", "/openid-connect/issuers"): Role.OPERATOR,
    ("GET", "/openid-connect/issuers/{issuer}"): Role.OPERATOR,
    ("GET", "/try/gateways"): Role.OPERATOR,
    ("POST", "/schemas/plugins/validate"): Role.VIEWER,
    ("POST", "/schemas/{entity}/validate"): Role.VIEWER,
    ("DELETE", "/clustering/data-planes/{node}"): Role.ADMIN,
    ("GET", "/tokens"): Role.ADMIN,
    ("POST", "/tokens"): Role.ADMIN,
    ("DELETE", "/tokens/{token}"): Role.ADMIN,
    ("POST", "/v2/control-planes"): Role.ADMIN,
    ("PATCH", "/v2/control-planes/{control_plane}"): Role.ADMIN,
    ("DELETE", "/v2/control-planes/{control_plane}"): Role.ADMIN,
}
"""Where the weakest role that may do something is not the usual: viewers read, operators write."""
OF_NO_PLANE = {"/auth/me", "/tokens", "/tokens/{token}"}
"""What is about the caller, or about tokens; the rest is about a control plane, and asks which."""


class Watched(Caller):
    """Notes what it was asked for: a handler that forgets to ask lets anybody pass."""

    def require(self, role: Role) -> None:
        ASKED.append(role)
        super().require(role)

    def sees(self, plane: str) -> bool:
        ASKED.append(plane)
        return super().sees(plane)


ASKED: list[Role | str] = []


def every_call() -> list[tuple[str, str]]:
    paths: Paths[Handler] = Paths()
    add_all(paths)
    return [(method, one.template) for one in paths.all() for method in one.methods]


@pytest.mark.anyio
async def test_every_method_of_every_path_asks_for_its_role_and_whether_the_plane_is_the_callers(
    desk: Desk,
) -> None:
    plane, other = desk.control.plane, await desk.control.database.planes.add("other")
    calls = every_call()
    assert {*WEAKEST} <= {*calls}
    for method, template in calls:
        usual = Role.VIEWER if method == "GET" else Role.OPERATOR
        weakest = WEAKEST.get((method, template), usual)
        path = re.sub(r"\{\w+\}", NOBODY, template)
        for role in Role:
            for bound in (None, plane, other.id):
                await one_call(desk, (method, path, template), (role, bound), weakest)


async def one_call(
    desk: Desk, call: tuple[str, str, str], who: tuple[Role, str | None], weakest: Role
) -> None:
    (method, path, template), (role, bound) = call, who
    desk.caller = Watched("x", role, "token", bound)
    ASKED.clear()
    answer = await desk.ask(method, path)
    status = answer.status
    said = f"{method} {template} as {role.word} of {bound or 'all'}: {status} {answer.body!r}"
    if template.startswith("/v2/"):  # which one is in the path, and it is not there
        may = role >= weakest and not (weakest is Role.ADMIN and bound)
        assert (status != 403) is may, said
        assert weakest in ASKED, said
    elif template in OF_NO_PLANE:
        assert (status != 403) is (template == "/auth/me" or role >= weakest), said
    elif bound not in (None, desk.control.plane):
        assert answer.told == (404, {"message": "Not found"}), said
        assert [desk.control.plane] == ASKED, said
    else:
        assert (status != 403) is (role >= weakest), said
        assert ASKED[:2] == [desk.control.plane, weakest], said
        if role < weakest:
            assert len(ASKED) == 2, said


@pytest.mark.anyio
async def test_the_same_is_so_below_a_control_plane_that_has_a_name(desk: Desk) -> None:
    planes = desk.control.database.planes
    mine, other = await planes.add("mine"), await planes.add("other")
    for method, template in every_call():
        if template.startswith("/v2/"):
            continue
        for plane in (other.id, NOBODY):
            desk.caller = Watched("x", Role.ADMIN, "token", mine.id)
            below = f"/v2/control-planes/{plane}/core-entities"
            reply = await desk.ask(method, below + re.sub(r"\{\w+\}", NOBODY, template))
            assert reply.told == (404, {"message": "Not found"}), (method, template)
