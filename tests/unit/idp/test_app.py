import asyncio

import pytest

from gatepost.idp.asking import BODY_LIMIT
from tests.unit.idp.calling import GATEWAY, Client

pytestmark = pytest.mark.anyio


async def test_the_front_page_says_that_it_is_for_development(idp: Client) -> None:
    async with idp.http.get(idp.running.url) as answer:
        text = await answer.text()
    assert "For development only" in text
    assert idp.issuer in text


async def test_a_body_that_is_too_long_is_refused(idp: Client) -> None:
    status, answer = await idp.introspect("x" * (BODY_LIMIT + 1))
    assert (status, answer["error"]) == (413, "invalid_request")


async def test_pages_need_no_leave_of_the_guard_and_management_does(idp: Client) -> None:
    elsewhere = {"Host": "idp.example", "Origin": "https://app.example"}
    for path, status in (("/", 200), ("/assets/style.css", 200), ("/api/v1/apps", 403)):
        async with idp.http.get(idp.running.url + path, headers=elsewhere) as answer:
            assert answer.status == status, path


async def test_an_unknown_path_is_not_found(idp: Client) -> None:
    assert (await idp.manage("GET", "/oauth2/default/v1/authorize/"))[0] == 404
    assert (await idp.manage("GET", "/assets/../default.yaml"))[0] == 404
    assert (await idp.manage("GET", "/assets/secret.txt"))[0] == 404
    assert (await idp.manage("GET", "/oauth2/default/v1/token/"))[0] == 404


async def test_a_thousand_questions_at_once_each_get_their_own_answer(idp: Client) -> None:
    tokens = [(await idp.token())[1]["access_token"] for _ in range(20)]
    answers = await asyncio.gather(*(idp.introspect(tokens[n % 20]) for n in range(1000)))
    ids = {
        token: {answers[n][1]["jti"] for n in range(i, 1000, 20)} for i, token in enumerate(tokens)
    }
    assert all(len(found) == 1 for found in ids.values())
    assert len(set().union(*ids.values())) == 20


async def test_a_spoilt_answer_reaches_the_caller(idp: Client) -> None:
    order = {"fault": "duplicate-keys", "endpoint": "introspect"}
    await idp.manage("POST", "/dev/misbehave", json=order)
    url = idp.issuer + "/v1/introspect"
    async with idp.http.post(url, data={"token": "x"}, headers=GATEWAY.header) as answer:
        assert await answer.read() == b'{"active":true,"active":false}'
