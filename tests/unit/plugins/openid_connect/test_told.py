import base64
import json
from typing import Any

import pytest

from gatepost.plugin.decision import Forward
from tests.unit.plugins.openid_connect.provider_script import KEY, Gate, code, jwt, sent_headers

pytestmark = pytest.mark.anyio
BOTH: dict[str, Any] = {
    "auth_methods": ["bearer", "introspection"],
    "client_id": ["g"],
    "client_secret": ["s"],
}


def decoded(text: str | None) -> Any:
    return json.loads(base64.b64decode(text or ""))


async def edits(gate: Gate, token: str) -> Any:
    answer = (await gate.bearer(token)).decision
    assert isinstance(answer, Forward)
    return answer.edits


@pytest.mark.parametrize(
    ("configured", "name", "prefix"),
    [("X_Token", "X-Token", ""), ("X-Token:bearer", "X-Token", "Bearer ")],
)
async def test_the_access_token_rides_where_configured(
    configured: str, name: str, prefix: str
) -> None:
    token = jwt()
    found = await edits(Gate(**BOTH, upstream_access_token_header=configured), token)
    assert dict(found.headers) == {name: prefix + token}
    assert found.authorization is None


async def test_a_raw_token_can_be_the_authorization() -> None:
    token = jwt()
    found = await edits(Gate(**BOTH, upstream_access_token_header="Authorization"), token)
    assert found.authorization == token


async def test_the_key_and_the_answer_are_told_as_base64_of_json() -> None:
    gate = Gate(
        **BOTH,
        upstream_access_token_jwk_header="X-Key",
        upstream_introspection_header="X-Answer",
        upstream_introspection_jwt_header="X-Signed",
    )
    signed = sent_headers(await gate.bearer(jwt()))
    assert decoded(signed["X-Key"]) == dict(KEY.jwk)
    assert (signed["X-Answer"], signed["X-Signed"]) == (None, None)
    opaque = sent_headers(await gate.bearer("opaque"))
    assert decoded(opaque["X-Answer"]) == gate.provider.answer
    assert opaque["X-Key"] is None


async def test_claims_are_told_upstream_and_downstream() -> None:
    gate = Gate(
        **BOTH,
        upstream_headers=[{"header": "X-Deep", "path": ["a", "b"]}],
        upstream_headers_claims=["groups", "n", "name"],
        upstream_headers_names=["x_groups", "x_n", "x_name"],
        downstream_headers=[{"header": "X-Deep", "path": ["a", "b"]}],
        downstream_headers_claims=["missing"],
        downstream_headers_names=["X-Missing"],
        downstream_access_token_header="X-Token",
    )
    token = jwt(a={"b": "deep"}, groups=["one", "two"], n=5, name="Zoë")
    found = await edits(gate, token)
    assert dict(found.headers) == {
        "X-Deep": "deep",
        "x-groups": "one, two",
        "x-n": "5",
        "x-name": "UTF-8''Zo%C3%AB",
    }
    assert found.response_headers == (("X-Token", token), ("X-Deep", "deep"))


async def test_the_access_token_is_searched_before_the_introspection_answer() -> None:
    gate = Gate(
        **BOTH,
        introspect_jwt_tokens=True,
        upstream_headers_claims=["email", "tier"],
        upstream_headers_names=["X-Email", "X-Tier"],
    )
    gate.provider.answer |= {"email": "from answer", "tier": "gold"}
    headers = sent_headers(await gate.bearer(jwt(email="from token")))
    assert headers == {"X-Email": "from token", "X-Tier": "gold"}


async def test_what_is_too_large_for_a_header_refuses_the_request() -> None:
    gate = Gate(**BOTH, upstream_introspection_header="X-Answer")
    gate.provider.answer["note"] = "x" * 8000
    assert code(await gate.bearer("opaque")) == "claim.unsafe"
