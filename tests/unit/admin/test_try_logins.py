from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from gatepost.admin import try_logins
from gatepost.admin.caller import Caller, Role
from gatepost.oidc import pkce
from gatepost.values import Headers, Reply
from tests.admin_desk import Desk
from tests.unit.admin.test_login import ISSUER
from tests.unit.admin.trying_desk import Recording, trying

pytestmark = pytest.mark.anyio

ORDER = {"issuer": ISSUER, "client_id": "gatepost-admin", "redirect_uri": "https://console/back"}
JSON = Headers([("Content-Type", "application/json")])


async def begun(desk: Desk) -> tuple[str, dict[str, list[str]]]:
    said = await desk.ask(
        "POST", "/try/login", {**ORDER, "client_secret": "hush", "prompt": "login"}
    )
    assert said.status == 200, said.body
    assert "hush" not in said.body.decode()
    return said.json()["flow"], parse_qs(urlsplit(said.json()["url"]).query)


async def complete(desk: Desk, flow: str, **parameters: str) -> tuple[int, dict[str, object]]:
    body = {"flow": flow, "parameters": parameters}
    return (await desk.ask("POST", "/try/login/complete", body)).told


async def test_a_login_is_bound_from_its_beginning_to_its_end(desk: Desk) -> None:
    provider = await trying(desk)
    flow, asked = await begun(desk)
    assert asked["redirect_uri"] == ["https://console/back"]
    assert asked["prompt"] == ["login"]
    provider.nonce = asked["nonce"][0]
    status, tokens = await complete(desk, flow, code="c0de", state=asked["state"][0])
    assert (status, tokens["access_token"]) == (200, "at")
    assert pkce.challenge(provider.forms[-1]["code_verifier"]) == asked["code_challenge"][0]


async def test_an_answer_to_another_login_is_refused(desk: Desk) -> None:
    provider = await trying(desk)
    flow, asked = await begun(desk)
    state = asked["state"][0]
    assert (await complete(desk, flow, code="c", state="x"))[0] == 400
    assert (await complete(desk, flow, code="c"))[0] == 400
    assert (await complete(desk, flow, state=state, error="access_denied"))[0] == 400
    assert (await complete(desk, flow[:-4] + "AAAA", code="c", state=state))[0] == 400
    assert (await complete(desk, "x", code="c", state=state))[0] == 400
    wrong_iss = {"code": "c", "state": state, "iss": "https://else.example"}
    assert (await complete(desk, flow, **wrong_iss))[0] == 400
    assert provider.forms == []
    provider.nonce = "of another login"
    assert (await complete(desk, flow, code="c", state=state))[0] == 400
    desk.caller = Caller("somebody else", Role.ADMIN, "token")
    assert (await complete(desk, flow, code="c", state=state))[0] == 400


async def test_it_must_not_take_too_long(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await trying(desk)
    monkeypatch.setattr(try_logins, "MINUTES", -1.0)
    flow, asked = await begun(desk)
    status, told = await complete(desk, flow, code="c", state=asked["state"][0])
    assert (status, told["message"]) == (400, "flow: this login took too long; begin again")


async def test_where_the_provider_wants_it_the_request_is_pushed(desk: Desk) -> None:
    provider: Recording = await trying(desk)
    document = {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/authorize",
        "pushed_authorization_request_endpoint": f"{ISSUER}/par",
        "require_pushed_authorization_requests": True,
    }
    provider.answers["openid-configuration"] = Reply(200, JSON, msgspec.json.encode(document))
    pushed = {"request_uri": "urn:x", "expires_in": 60}
    provider.answers["/par"] = Reply(201, JSON, msgspec.json.encode(pushed))
    _, asked = await begun(desk)
    assert asked == {"client_id": ["gatepost-admin"], "request_uri": ["urn:x"]}


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "/back", "https://h/#f", ""])
async def test_a_redirect_uri_is_an_address(desk: Desk, uri: str) -> None:
    await trying(desk)
    said = await desk.ask("POST", "/try/login", {**ORDER, "redirect_uri": uri})
    assert said.status == 400
