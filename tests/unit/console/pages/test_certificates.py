import pytest

from gatepost.console.pages.certificates import build
from tests.unit.console.hands import problem, until, write
from tests.unit.console.pem import pair
from tests.unit.console.real import Plane, calls
from tests.unit.console.shown import opened, press, view_of

pytestmark = pytest.mark.anyio


async def test_a_certificate_is_added_with_its_hosts_and_told(plane: Plane) -> None:
    cert, key = pair("<b>api</b>", days=12.5)
    other, _ = pair("other")
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        await user.should_see("No certificate yet")
        await user.should_see("No authority of your own")
        press(user, "Add the first")
        await user.should_see("The key must belong to the certificate.")
        await write(user, "cert", other)
        await write(user, "key", key)
        await write(user, "snis", ["api.example"])
        press(user, "Add it")
        await until(lambda: problem(user, "key") == "certificate does not match key")
        await write(user, "cert", cert)
        press(user, "Add it")
        await until(lambda: plane.get("/certificates")["data"])
    plane.make("/ca_certificates", cert=pair("our own", ca=True, days=-3)[0])
    plane.make("/certificates", cert="{vault://env/CERT}", key="{vault://env/KEY}")
    async with calls(plane) as api, opened(build, view_of(api, role="viewer")) as user:
        for words in (
            "<b>api</b>", "api.example", "in 12 d", "our own", "ended 3 d ago",
            "It stands in a vault", "This takes the role operator; you have viewer.",
        ):  # fmt: skip
            await user.should_see(words)


async def test_an_authority_must_be_one(plane: Plane) -> None:
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        press(user, "Add an authority")
        await user.should_see("One certificate that may sign others.")
        await write(user, "cert", pair("no authority")[0])
        press(user, "Add it")
        await until(lambda: "does not appear to be a CA" in problem(user, "cert"))
        press(user, "Cancel")
