"""What each role can press on each page, over a real control plane."""

from typing import Any

import aiohttp
import pytest
from nicegui import ui

from gatepost.console.admin_api import AdminApi, Credentials, Denied, Trouble
from gatepost.console.page import Page, found
from gatepost.console.view import Me, View
from gatepost.values import Secret
from tests.console_world import console
from tests.integration.admin_world import control_plane
from tests.unit.console.hands import until
from tests.unit.console.pem import pair
from tests.unit.console.real import Plane, calls, token_of
from tests.unit.console.shown import opened

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

FIRST = "0123456789abcdef-first"
READS = {
    "", "15m", "1h", "6h", "24h", "7d", "30d", "As a table", "Filter", "Ask all again", "Ask again",
    "Pause", "Show more", "Try again", "What you want", "Test the provider", "Everything else",
    "Name and tags", "As text", "Download kong.yaml", "Download", "Overview", "Every request",
    "One service", "One route", "Discard", "Look at it", "Read it from a file",
    "All data planes", "Try it", "Settings", "Clear the filters", "Import or export",
    "Vaults and keys", "Issuers", "Open",
}  # fmt: skip
"""Buttons that change nothing at the control plane."""


@pytest.fixture(scope="module")
def world(plane: Plane) -> tuple[Plane, dict[str, str]]:
    idents = {}
    service = plane.make("/services", name="shop", url="http://127.0.0.1:1")
    idents["service"] = service["id"]
    idents["route"] = plane.make("/services/shop/routes", name="r", paths=["/r"])["id"]
    config = {"issuer": "https://idp.example/", "auth_methods": ["bearer"]}
    idents["policy"] = plane.make("/plugins", name="openid-connect", config=config)["id"]
    idents["package"] = plane.make("/service-packages", name="p", document="x")["id"]
    version = plane.make("/service-packages/p/versions", version="1", document="x")
    idents["version"] = version["id"]
    idents["consumer"] = plane.make("/consumers", username="ann")["id"]
    plane.make("/consumers/ann/key-auth", key="k" * 20)
    idents["group"] = plane.make("/consumer_groups", name="g")["id"]
    plane.make("/consumer_groups/g/consumers", consumer=idents["consumer"])
    idents["upstream"] = plane.make("/upstreams", name="u.example")["id"]
    plane.make("/upstreams/u.example/targets", target="t.example:80")
    pem, key = pair("a.example", hosts=["a.example"])
    idents["certificate"] = plane.make("/certificates", cert=pem, key=key)["id"]
    authority = plane.make("/ca_certificates", cert=pair("ca", ca=True)[0])
    idents["authority"] = authority["id"]
    plane.make("/vaults", name="env", prefix="own", config={"prefix": "x"})
    return plane, idents


def pages() -> list[Page]:
    return [one for one in found() if "{trace}" not in one.path and "{node}" not in one.path]


async def pressable(world: tuple[Plane, dict[str, str]], page: Page, role: str) -> set[str]:
    """Return what the buttons of a page are called that this role can press."""
    admin, idents = world
    async with calls(admin, token_of(admin, role)) as api:
        view = View(api, Me("ann", role, "token"), idents, path=page.path)
        async with opened(page.build, view) as user:

            def loaded() -> bool:
                assert user.client is not None
                parts = user.client.elements.values()
                return not any(one.props.get("aria-busy") == "true" for one in parts)

            await until(loaded)
            assert user.client is not None
            found_: set[str] = set()
            for one in list(user.client.elements.values()):
                if isinstance(one, ui.button) and one.enabled:
                    words: Any = one.text or one.props.get("aria-label") or ""
                    found_.add(str(words))
            return found_


@pytest.mark.parametrize("page", pages(), ids=lambda one: one.path)
async def test_a_viewer_can_press_nothing_that_changes_anything(
    world: tuple[Plane, dict[str, str]], page: Page
) -> None:
    can = await pressable(world, page, "viewer")
    assert {one for one in can if not one.startswith(("Copy", "Open:"))} <= READS


@pytest.mark.parametrize("path", ["/tokens", "/settings", "/settings/file", "/audit"])
async def test_an_operator_can_press_nothing_that_is_an_administrators(
    world: tuple[Plane, dict[str, str]], path: str
) -> None:
    (page,) = [one for one in pages() if one.path == path]
    can = await pressable(world, page, "operator") - {"Show what would change"}
    assert {one for one in can if not one.startswith(("Copy", "Open:"))} <= READS


async def test_what_is_sent_anyway_is_refused_and_nothing_was_done(
    world: tuple[Plane, dict[str, str]],
) -> None:
    admin, idents = world
    async with calls(admin, token_of(admin, "viewer")) as api:
        for path in ("consumers", "services", "routes", "plugins", "certificates", "upstreams"):
            kind = {"plugins": "policy"}.get(path, path.removesuffix("s"))
            with pytest.raises(Denied):
                await api.delete(f"/{path}/{idents[kind]}")
            assert (await api.get(f"/{path}/{idents[kind]}"))["id"] == idents[kind]


async def test_a_token_of_another_control_plane_sees_nothing_of_the_first() -> None:
    with control_plane(ADMIN_CLOSED="on", ADMIN_TOKEN=FIRST) as admin:
        bearer = {"Authorization": f"Bearer {FIRST}"}
        secret = "hidden-in-the-first"
        sent = {"name": secret, "url": "http://a.example"}
        made = admin.json("POST", "/services", sent, **bearer).json()
        second = admin.json("POST", "/v2/control-planes", {"name": "second"}, **bearer).json()
        first = admin.json("GET", "/v2/control-planes", **bearer).json()["data"]
        (default,) = [one["id"] for one in first if one["name"] == "default"]
        wish = {"name": "b", "role": "admin", "plane": second["id"]}
        token = admin.json("POST", "/tokens", wish, **bearer).json()["token"]
        with console(f"http://127.0.0.1:{admin.port}") as one:
            cookie = {"Cookie": one.enter(token)}
            status, _, text = one.ask("/", headers=cookie)
            assert status == 200
            assert default not in text
            assert '"default"' not in text
            for path in (f"/?plane={default}", "/?plane=default", f"/services?plane={default}"):
                assert "not one of yours" in one.ask(path, headers=cookie)[2]
            path = f"/gateway-services/{made['id']}"
            for page in (path, f"{path}?plane={second['id']}"):
                assert secret not in one.ask(page, headers=cookie)[2]
            # with its rights, as the pages ask
            async with aiohttp.ClientSession() as session:
                api = AdminApi(
                    session, f"http://127.0.0.1:{admin.port}", Credentials(token=Secret(token))
                )
                for other in (None, default):
                    for asked in ("/search", "/services", "/attention", "/counts", "/traces"):
                        with pytest.raises(Trouble):
                            await api.at(other).get(
                                asked, q="hidden" if asked == "/search" else None
                            )
                got = await api.at(second["id"]).get("/search", q="hidden")
                assert got["total"] == 0
