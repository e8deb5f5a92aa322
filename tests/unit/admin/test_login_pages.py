from urllib.parse import parse_qs, urlsplit

import pytest

from gatepost.admin.caller import Role
from gatepost.admin.guard import COOKIE
from gatepost.admin.login import Logins, LoginSettings
from gatepost.store.database import Database
from tests.unit.admin.asking import Api, admin_api
from tests.unit.admin.test_login import ISSUER, SETTINGS, Provider

pytestmark = pytest.mark.anyio


def held(api: Api, name: str) -> str:
    """Return a cookie that the last answer set, as a browser sends it."""
    line = next(line for line in api.cookies if line.startswith(f"{name}="))
    return line.partition(";")[0]


async def log_in(api: Api, provider: Provider) -> str:
    status, _, headers = await api("GET", "/auth/login?return_to=/services")
    assert status == 302
    asked = parse_qs(urlsplit(headers["location"]).query)
    provider.nonce = asked["nonce"][0]
    back = f"/auth/callback?code=c&state={asked['state'][0]}"
    status, _, headers = await api("GET", back, cookie=held(api, "gatepost_admin_flow"))
    assert (status, headers["location"]) == (303, "/services")
    return held(api, COOKIE)


async def test_a_person_logs_in_reads_and_changes_from_our_own_pages_alone(
    database: Database,
) -> None:
    provider = Provider()
    provider.claims["groups"] = ["ops"]
    async with admin_api(
        database, closed=True, logins=Logins(SETTINGS, provider, b"k" * 32)
    ) as api:
        assert (await api("GET", "/auth/me"))[0] == 401
        cookie = await log_in(api, provider)
        line = next(line for line in api.cookies if line.startswith(f"{COOKIE}="))
        assert {"HttpOnly", "Secure", "SameSite=lax"} <= set(line.split("; "))
        _, me, _ = await api("GET", "/auth/me", cookie=cookie)
        assert (me["name"], me["role"], me["how"]) == ("ann", "operator", "login")
        service = {"name": "a", "host": "a.example"}
        assert (await api("POST", "/services", service, cookie=cookie))[0] == 403
        evil = {"cookie": cookie, "origin": "https://evil.example"}
        assert (await api("POST", "/services", service, **evil))[0] == 403
        own = {"cookie": cookie, "origin": "https://127.0.0.1:8001"}
        assert (await api("POST", "/services", service, **own))[0] == 201
        _, log, _ = await api("GET", "/audit", cookie=cookie)
        assert (log["data"][0]["who"], log["data"][0]["how"]) == ("ann", "login 00u1")
        await api("POST", "/auth/logout", cookie=cookie)
        assert held(api, COOKIE) in {f'{COOKIE}=""', f"{COOKIE}="}


async def test_whoever_has_no_role_gets_no_cookie(database: Database) -> None:
    settings = LoginSettings(ISSUER, "gatepost-admin", SETTINGS.url, {Role.ADMIN: ("admins",)})
    provider = Provider()
    logins = Logins(settings, provider, b"k" * 32)
    async with admin_api(database, closed=True, logins=logins) as api:
        _, _, headers = await api("GET", "/auth/login")
        asked = parse_qs(urlsplit(headers["location"]).query)
        provider.nonce = asked["nonce"][0]
        back = f"/auth/callback?code=c&state={asked['state'][0]}"
        status, said, _ = await api("GET", back, cookie=held(api, "gatepost_admin_flow"))
        assert (status, api.cookies) == (403, [])
        assert "groups" in said["message"]


@pytest.mark.parametrize(
    "query",
    ["", "?code=c&state=s", "?error=access_denied"],
)
async def test_an_answer_that_no_login_asked_for_is_refused(database: Database, query: str) -> None:
    async with admin_api(database, logins=Logins(SETTINGS, Provider(), b"k" * 32)) as api:
        status, said, _ = await api("GET", f"/auth/callback{query}")
        assert (status, api.cookies) == (400, [])
        assert "Begin anew" in said["message"]


async def test_where_people_do_not_log_in_there_is_nothing(database: Database) -> None:
    async with admin_api(database) as api:
        assert (await api("GET", "/auth/login"))[0] == 404
