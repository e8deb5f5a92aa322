from typing import Any

import pytest

from gatepost.plugin.decision import Forward
from gatepost.plugins.openid_connect.credentials import looks_like_jwt
from tests.unit.plugins.openid_connect.provider_script import Gate, code, jwt, status

pytestmark = pytest.mark.anyio
ONLY: dict[str, Any] = {"auth_methods": ["bearer"]}
FORM = ("Content-Type", "application/x-www-form-urlencoded")


async def test_the_scheme_is_read_without_regard_to_case() -> None:
    gate = Gate(**ONLY)
    for scheme in ("bearer", "BEARER", "Bearer "):
        assert status(await gate.ask(("Authorization", f"{scheme} {jwt()}"))) == 200


@pytest.mark.parametrize("value", ["Digest x", "Basic YTpi", "DPoP x", jwt(), ""])
async def test_another_scheme_is_no_credential(value: str) -> None:
    assert code(await Gate(**ONLY).ask(("Authorization", value))) == "credential.absent"


@pytest.mark.parametrize("rest", ["", "a b", "a,b", "ä", 'a"', "a, Bearer b"])
async def test_a_malformed_bearer_credential_is_rejected(rest: str) -> None:
    assert code(await Gate(**ONLY).ask(("Authorization", f"Bearer {rest}"))) == "token.malformed"


async def test_a_malformed_credential_is_not_sent_to_the_provider() -> None:
    gate = Gate(auth_methods=["introspection"], client_id=["g"], client_secret=["s"])
    for rest in ("", "a b", "a,b", 'a"', "a\tb", "=", "a=b"):
        assert code(await gate.ask(("Authorization", f"Bearer {rest}"))) == "token.malformed"
    assert gate.provider.calls == []


@pytest.mark.parametrize("name", ["Access-Token", "X-Access-Token"])
async def test_the_other_headers_hold_the_plain_token_and_are_stripped(name: str) -> None:
    answer = (await Gate(**ONLY).ask((name, jwt()))).decision
    assert isinstance(answer, Forward)
    assert (name.lower(), None) in answer.edits.headers


async def test_a_named_header_is_the_only_one() -> None:
    gate = Gate(**ONLY, bearer_token_header_name="X_My_Token")
    assert code(await gate.bearer(jwt())) == "credential.absent"
    assert status(await gate.ask(("X-My-Token", jwt()))) == 200
    assert status(await gate.ask(("X-My-Token", f"Bearer {jwt()}"))) == 200


async def test_the_order_is_header_query_body_cookie() -> None:
    gate = Gate(
        **ONLY,
        bearer_token_param_type=["cookie", "body", "query", "header"],
        bearer_token_cookie_name="token",
    )
    bad, good = jwt(exp=1), jwt()
    header, cookie = ("Authorization", f"Bearer {good}"), ("Cookie", f"token={bad}")
    body = f"access_token={bad}".encode()
    answer = await gate.ask(
        header, cookie, FORM, args=f"access_token={bad}", method="POST", body=body
    )
    assert status(answer) == 200
    assert answer.memory.until > 0  # the body was not even read
    query = await gate.ask(cookie, FORM, args=f"access_token={good}", method="POST", body=body)
    assert status(query) == 200
    posted = await gate.ask(cookie, FORM, method="POST", body=f"access_token={good}&x=1".encode())
    assert isinstance(posted.decision, Forward)
    assert posted.decision.edits.body == b"x=1"
    last = (await gate.ask(("Cookie", f"token={good}"))).decision
    assert isinstance(last, Forward)
    assert last.edits.remove_cookies == ("token",)


async def test_a_place_that_is_off_is_not_searched() -> None:
    gate = Gate(**ONLY, bearer_token_param_type=["header"])
    assert code(await gate.ask(args=f"access_token={jwt()}")) == "credential.absent"
    answer = await gate.ask(FORM, method="POST", body=f"access_token={jwt()}".encode())
    assert code(answer) == "credential.absent"
    assert answer.memory.until > 0


async def test_the_first_place_decides_also_when_it_is_no_good() -> None:
    answer = await Gate(**ONLY).ask(("Authorization", "Bearer bad"), args=f"access_token={jwt()}")
    assert status(answer) == 401


async def test_an_empty_argument_is_a_malformed_token() -> None:
    assert code(await Gate(**ONLY).ask(args="access_token=")) == "token.malformed"


@pytest.mark.parametrize(
    ("token", "shaped"),
    [
        (jwt(), True),
        ("eyJ.x.y", True),
        ("a.b.c", False),
        ("opaque", False),
        ("ya29.a0.token", False),
        ("e30.e30", False),
        ("e30.e30.x.y.z", False),
        ("..", False),
        ("!.b.c", False),
    ],
)
async def test_the_shape_of_a_jwt(token: str, shaped: bool) -> None:
    assert looks_like_jwt(token) is shaped
