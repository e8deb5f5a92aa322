from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.unit.idp.calling import Basic, Client
from tests.unit.idp.person import DEMO, OTHER, Person, authorize_url, redeem, replace

pytestmark = pytest.mark.anyio


async def push(idp: Client, auth: Basic | None = DEMO, **changes: str | None):
    query = urlsplit(authorize_url(idp, **changes)).query
    return await idp.post("/v1/par", auth, **dict(parse_qsl(query)))


def use(idp: Client, reference: str, client_id: str = "demo-app", **more: str) -> str:
    query = urlencode({"client_id": client_id, "request_uri": reference, **more})
    return f"{idp.issuer}/v1/authorize?{query}"


async def test_a_pushed_request_is_used_by_its_reference(idp: Client, person: Person) -> None:
    await replace(idp, require_par=True)
    status, answer = await push(idp)
    assert status == 201
    assert answer["expires_in"] == 60
    assert answer["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    page = await person.open(use(idp, answer["request_uri"]))
    told = (await person.sign_in(page)).told
    assert told["state"] == "a state"
    assert (await redeem(idp, told["code"]))[0] == 200


async def test_a_reference_is_good_once_for_a_minute_and_for_its_application(
    idp: Client, person: Person
) -> None:
    _, first = await push(idp)
    foreign = await person.open(use(idp, first["request_uri"], "demo-other"))
    assert (foreign.status, "invalid_request_uri" in foreign.said) == (400, True)
    assert (await person.open(use(idp, first["request_uri"]))).status == 200
    assert (await person.open(use(idp, first["request_uri"]))).status == 400
    _, second = await push(idp)
    idp.clock.time += 60
    assert (await person.open(use(idp, second["request_uri"]))).status == 400
    invented = "urn:ietf:params:oauth:request_uri:x"
    assert (await person.open(use(idp, invented))).status == 400


async def test_what_is_in_the_address_beside_the_reference_does_not_count(
    idp: Client, person: Person
) -> None:
    _, answer = await push(idp)
    page = await person.open(use(idp, answer["request_uri"], state="other", scope="openid"))
    assert (await person.sign_in(page)).told["state"] == "a state"


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"redirect_uri": "http://evil.example/"}, 400, "invalid_request"),
        ({"scope": "openid root"}, 400, "invalid_scope"),
        ({"request_uri": "urn:x"}, 400, "invalid_request"),
        ({"response_type": "token"}, 400, "unsupported_response_type"),
        ({"client_id": "demo-other"}, 400, "invalid_request"),
    ],
)
async def test_a_bad_request_is_refused_when_it_is_pushed(
    idp: Client, wrong: dict[str, str], status: int, error: str
) -> None:
    found, answer = await push(idp, **wrong)
    assert (found, answer["error"]) == (status, error)


async def test_only_the_application_itself_may_push(idp: Client) -> None:
    assert (await push(idp, None))[0] == 401
    assert (await push(idp, Basic("demo-app", "wrong")))[0] == 401
    assert (await push(idp, OTHER))[0] == 400
    async with idp.http.get(idp.issuer + "/v1/par") as answer:
        assert answer.status == 405
