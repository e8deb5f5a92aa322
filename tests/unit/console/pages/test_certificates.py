import pytest

from gatepost.console.pages.certificates import build
from tests.integration.admin_world import Admin
from tests.unit.console.pem import pair
from tests.unit.console.real import calls, plane
from tests.unit.console.shown import opened, press, view_of
from tests.unit.console.waiting import said, sees, until, write

pytestmark = pytest.mark.anyio
__all__ = ["plane"]


async def test_a_certificate_is_added_with_its_hosts_and_told(plane: Admin) -> None:
    cert, key = pair("<b>api</b>", days=12.5)
    other, _ = pair("other")
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        await sees(user, "No certificate yet")
        await sees(user, "No authority of your own")
        press(user, "Add the first")
        await sees(user, "The key must belong to the certificate.")
        write(user, "cert", other)
        write(user, "key", key)
        write(user, "snis", ["api.example"])
        press(user, "Add it")
        await until(lambda: said(user, "key") == "certificate does not match key")
        write(user, "cert", cert)
        press(user, "Add it")
        await until(lambda: plane.get("/certificates")["data"])
    plane.make("/ca_certificates", cert=pair("our own", ca=True, days=-3)[0])
    plane.make("/certificates", cert="{vault://env/CERT}", key="{vault://env/KEY}")
    async with calls(plane) as api, opened(build, view_of(api, role="viewer")) as user:
        for words in (
            "<b>api</b>", "api.example", "in 12 d", "our own", "ended 3 d ago",
            "It stands in a vault", "This takes the role operator; you have viewer.",
        ):  # fmt: skip
            await sees(user, words)


async def test_an_authority_must_be_one(plane: Admin) -> None:
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        press(user, "Add an authority")
        await sees(user, "One certificate that may sign others.")
        write(user, "cert", pair("no authority")[0])
        press(user, "Add it")
        await until(lambda: "does not appear to be a CA" in said(user, "cert"))
        press(user, "Cancel")
