from urllib.parse import parse_qs, urlsplit

import pytest

from gatepost.admin.caller import Role
from gatepost.admin.guard import COOKIE
from gatepost.admin.login import Logins, LoginSettings
from gatepost.store.database import Database
from tests.admin_desk import Desk, Said, judging_desk
from tests.unit.admin.test_login import ISSUER, SETTINGS, Provider

pytestmark = pytest.mark.anyio


def held(said: Said, name: str) -> str:
    """Return a cookie that an answer set, as a browser sends it."""
    line = next(line for line in said.cookies if line.startswith(f"{name}="))
    return line.partition(";")[0]


async def log_in(desk: Desk, provider: Provider) -> Said:
    begun = await desk.ask("GET", "/auth/login?return_to=/services")
    assert begun.status == 302
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    provider.nonce = asked["nonce"][0]
    back = f"/auth/callback?code=c&state={asked['state'][0]}"
    done = await desk.ask("GET", back, cookie=held(begun, "gatepost_admin_flow"))
    assert (done.status, done.headers["location"]) == (303, "/services")
    return done


async def test_a_person_logs_in_reads_and_changes_from_our_own_pages_alone(
    database: Database,
) -> None:
    provider = Provider()
    provider.claims["groups"] = ["ops"]
    async with judging_desk(
        database, closed=True, logins=Logins(SETTINGS, provider, b"k" * 32)
    ) as desk:
        assert (await desk.ask("GET", "/auth/me")).status == 401
        done = await log_in(desk, provider)
        cookie = held(done, COOKIE)
        line = next(line for line in done.cookies if line.startswith(f"{COOKIE}="))
        assert {"HttpOnly", "Secure", "SameSite=lax"} <= set(line.split("; "))
        me = (await desk.ask("GET", "/auth/me", cookie=cookie)).json()
        assert (me["name"], me["role"], me["how"]) == ("ann", "operator", "login")
        service = {"name": "a", "host": "a.example"}
        assert (await desk.ask("POST", "/services", service, cookie=cookie)).status == 403
        evil = {"cookie": cookie, "origin": "https://evil.example"}
        assert (await desk.ask("POST", "/services", service, **evil)).status == 403
        own = {"cookie": cookie, "origin": "https://127.0.0.1:8001"}
        assert (await desk.ask("POST", "/services", service, **own)).status == 201
        log = (await desk.ask("GET", "/audit", cookie=cookie)).json()
        assert (log["data"][0]["who"], log["data"][0]["how"]) == ("ann", "login 00u1")
        out = await desk.ask("POST", "/auth/logout", cookie=cookie)
        assert held(out, COOKIE) in {f'{COOKIE}=""', f"{COOKIE}="}


async def test_whoever_has_no_role_gets_no_cookie(database: Database) -> None:
    settings = LoginSettings(ISSUER, "gatepost-admin", SETTINGS.url, {Role.ADMIN: ("admins",)})
    provider = Provider()
    logins = Logins(settings, provider, b"k" * 32)
    async with judging_desk(database, closed=True, logins=logins) as desk:
        begun = await desk.ask("GET", "/auth/login")
        asked = parse_qs(urlsplit(begun.headers["location"]).query)
        provider.nonce = asked["nonce"][0]
        back = f"/auth/callback?code=c&state={asked['state'][0]}"
        said = await desk.ask("GET", back, cookie=held(begun, "gatepost_admin_flow"))
        assert (said.status, said.cookies) == (403, [])
        assert "groups" in said.json()["message"]


@pytest.mark.parametrize(
    "query",
    ["", "?code=c&state=s", "?error=access_denied"],
)
async def test_an_answer_that_no_login_asked_for_is_refused(database: Database, query: str) -> None:
    async with judging_desk(database, logins=Logins(SETTINGS, Provider(), b"k" * 32)) as desk:
        said = await desk.ask("GET", f"/auth/callback{query}")
        assert (said.status, said.cookies) == (400, [])
        assert "Begin anew" in said.json()["message"]


async def test_where_people_do_not_log_in_there_is_nothing(database: Database) -> None:
    async with judging_desk(database) as desk:
        assert (await desk.ask("GET", "/auth/login")).status == 404
