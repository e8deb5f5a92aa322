import msgspec
import pytest

from gatepost.values import Headers, Reply
from tests.admin_desk import Desk
from tests.unit.admin.test_login import ISSUER
from tests.unit.admin.trying_desk import Recording, trying

pytestmark = pytest.mark.anyio

JSON = Headers([("Content-Type", "application/json")])
ORDER = {"issuer": ISSUER, "client_id": "app", "action": "deactivate", "api_token": "t0ken-t0ken"}
APP = {"id": "0oa1", "credentials": {"oauthClient": {"client_id": "app"}}}


def reply(status: int, value: object = None) -> Reply:
    return Reply(status, JSON, b"" if value is None else msgspec.json.encode(value))


def okta(provider: Recording, one: Reply, listed: Reply, life: Reply) -> None:
    provider.answers = {"/lifecycle/deactivate": life, "?q=app": listed, "/api/v1/apps/app": one}


async def change(desk: Desk, **more: object) -> tuple[int, dict[str, object]]:
    return (await desk.ask("POST", "/try/application", {**ORDER, **more})).told


async def test_it_is_found_by_its_id_or_its_client_id(desk: Desk) -> None:
    provider = await trying(desk)
    okta(provider, reply(200, {"id": "app"}), reply(500), reply(200, {}))
    assert await change(desk) == (200, {"id": "app", "client_id": "app", "done": "deactivate"})
    okta(provider, reply(404), reply(200, [{"id": "other"}, APP]), reply(200, {}))
    assert (await change(desk))[1]["id"] == "0oa1"
    last = provider.calls[-1]
    assert last.url == f"{ISSUER}/api/v1/apps/0oa1/lifecycle/deactivate"
    assert last.headers.get("authorization") == "SSWS t0ken-t0ken"
    assert last.method == "POST"


@pytest.mark.parametrize(
    ("one", "listed", "life", "status"),
    [
        (reply(401), reply(200, []), reply(200), 400),
        (reply(404), reply(200, []), reply(200), 400),
        (reply(404), reply(403), reply(200), 400),
        (reply(200, {"id": "app"}), reply(200), reply(404), 400),
        (reply(200, {"id": "app"}), reply(200), reply(500), 502),
        (reply(200, {"id": "other"}), reply(200), reply(200), 400),
        (reply(200, "x"), reply(200), reply(200), 400),
        (Reply(200, JSON, b"<html>"), reply(200), reply(200), 502),
        (Reply(302, Headers([("Location", "http://else")]), b""), reply(200), reply(200), 502),
    ],
)
async def test_what_the_provider_says_instead_is_told(
    desk: Desk, one: Reply, listed: Reply, life: Reply, status: int
) -> None:
    okta(await trying(desk), one, listed, life)
    told = await change(desk)
    assert told[0] == status
    assert "t0ken-t0ken" not in str(told)
    assert "t0ken-t0ken" not in str(await desk.get("/audit"))


@pytest.mark.parametrize(
    "wrong",
    [{"client_id": ".."}, {"client_id": "a b"}, {"api_token": "a\r\nb"}, {"action": "delete"},
     {"issuer": "https://else.example"}],
)  # fmt: skip
async def test_what_is_no_application_is_not_asked_for(desk: Desk, wrong: dict[str, str]) -> None:
    provider = await trying(desk)
    assert (await change(desk, **wrong))[0] == 400
    assert provider.calls == []
