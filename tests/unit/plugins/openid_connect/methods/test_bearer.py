import base64
import json

import pytest

from gatepost.oidc import generate, sign
from gatepost.plugin.decision import Forward
from gatepost.plugin.testkit import BEGIN
from gatepost.values import Secret
from tests.unit.plugins.openid_connect.provider_script import (
    ISSUER,
    KEY,
    OTHER_KEY,
    Gate,
    code,
    jwt,
    status,
)

pytestmark = pytest.mark.anyio
ONLY = {"auth_methods": ["bearer"]}


async def test_a_good_token_goes_upstream_as_bearer() -> None:
    gate, token = Gate(**ONLY), jwt()
    answer = await gate.bearer(token)
    assert isinstance(answer.decision, Forward)
    assert answer.decision.edits.authorization == f"Bearer {token}"
    assert answer.decision.ends == BEGIN + 600
    assert answer.memory.until == BEGIN + 300
    assert {tag.kind.value for tag in answer.memory.tags} == {
        "issuer",
        "key",
        "plugin",
        "subject",
        "token",
    }


async def test_the_second_token_costs_no_call() -> None:
    gate = Gate(**ONLY)
    await gate.bearer(jwt())
    await gate.bearer(jwt(sub="bob"))
    assert [call.purpose for call in gate.provider.calls] == ["discovery", "jwks"]


async def test_every_thing_a_token_names_can_be_revoked() -> None:
    gate = Gate(**ONLY)
    answer = await gate.bearer(jwt(jti="j", sid="s", client_id="c", azp="a", cid="d"))
    tags = {(tag.kind.value, tag.parts[-1]) for tag in answer.memory.tags}
    assert {("token-id", "j"), ("session", "s"), ("key", "key-1")} <= tags
    assert {("client", "c"), ("client", "a"), ("client", "d")} <= tags


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"exp": BEGIN}, "token.expired"),
        ({"exp": "1999999999"}, "token.claim"),
        ({"nbf": BEGIN + 1}, "token.not_yet_valid"),
        ({"iat": BEGIN + 3600}, "token.not_yet_valid"),
        ({"iss": ISSUER + "/"}, "token.issuer"),
        ({"iss": "https://other.example"}, "token.issuer"),
        ({"iss": ...}, "token.issuer"),
        ({"sub": 5}, "token.claim"),
        ({"aud": [1]}, "token.audience"),
    ],
)
async def test_a_bad_claim_is_401_with_its_reason(claims: dict[str, object], expected: str) -> None:
    answer = await Gate(**ONLY).bearer(jwt(**claims))
    assert (status(answer), code(answer)) == (401, expected)


async def test_a_token_that_no_key_can_save_makes_nobody_fetch_keys() -> None:
    gate = Gate(**ONLY)
    assert status(await gate.bearer(jwt(exp=BEGIN - 1))) == 401
    assert gate.provider.calls == []


async def test_leeway_is_exact() -> None:
    gate = Gate(**ONLY, leeway=5)
    assert status(await gate.bearer(jwt(exp=BEGIN - 4.5))) == 200
    assert status(await gate.bearer(jwt(exp=BEGIN - 5))) == 401


async def test_a_token_ends_while_it_is_remembered() -> None:
    gate = Gate(**ONLY)
    answer = await gate.bearer(jwt(exp=BEGIN + 20))
    assert answer.memory.until == BEGIN + 20


def forged(alg: str) -> str:
    """Sign with the published key as if it were a shared secret."""
    public = json.dumps(dict(KEY.jwk))
    return sign({"iss": ISSUER, "exp": BEGIN + 60}, Secret(public), alg=alg)


def unsigned() -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return f"{head}.{jwt().split('.')[1]}."


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (jwt(OTHER_KEY), "token.unknown_key"),
        (jwt(OTHER_KEY, header={"kid": "key-1"}), "token.signature"),
        (forged("HS256"), "token.algorithm"),
        (unsigned(), "token.algorithm"),
        (jwt()[:-8] + "AAAAAAAA", "token.signature"),
        (jwt(header={"crit": ["x"]}), "token.malformed"),
        (jwt(generate("RS256"), header={"jku": "https://evil.example/k"}), "token.unknown_key"),
    ],
)
async def test_a_bad_signature_is_401_with_its_reason(token: str, expected: str) -> None:
    gate = Gate(**ONLY)
    answer = await gate.bearer(token)
    assert (status(answer), code(answer)) == (401, expected)
    assert all(call.url.startswith(ISSUER) for call in gate.provider.calls)


async def test_the_client_secret_verifies_only_where_it_was_allowed() -> None:
    token = sign({"iss": ISSUER, "exp": BEGIN + 60}, Secret("s3cret"), alg="HS256")
    client = {"client_id": ["gate"], "client_secret": ["s3cret"]}
    assert status(await Gate(**ONLY, **client).bearer(token)) == 401
    gate = Gate(**ONLY, **client, enable_hs_signatures=True)
    assert status(await gate.bearer(token)) == 200
    assert gate.provider.calls == []
    assert code(await gate.bearer(forged("HS256"))) == "token.signature"


async def test_the_secret_is_that_of_the_chosen_client() -> None:
    token = sign({"iss": ISSUER, "exp": BEGIN + 60}, Secret("second"), alg="HS256")
    gate = Gate(
        **ONLY,
        client_id=["one", "two"],
        client_secret=["first", "second"],
        enable_hs_signatures=True,
    )
    token_header = ("Authorization", f"Bearer {token}")
    assert status(await gate.ask(token_header)) == 401
    assert status(await gate.ask(token_header, ("X-Client-Id", "two"))) == 200
    assert status(await gate.ask(token_header, ("Client-Id", "2"))) == 200
    assert status(await gate.ask(token_header, args="client_id=two")) == 200


async def test_verification_can_be_turned_off_piece_by_piece() -> None:
    assert status(await Gate(**ONLY, verify_signature=False).bearer(jwt(OTHER_KEY))) == 200
    assert status(await Gate(**ONLY, verify_signature=False).bearer(jwt(exp=1))) == 401
    assert status(await Gate(**ONLY, verify_claims=False).bearer(jwt(exp=1))) == 200
    assert status(await Gate(**ONLY, verify_claims=False).bearer(jwt(OTHER_KEY))) == 401


async def test_issuers_allowed_replaces_the_issuer_and_refuses_others_with_401() -> None:
    gate = Gate(**ONLY, issuers_allowed=["https://a.example", "https://b.example"])
    assert status(await gate.bearer(jwt(iss="https://b.example"))) == 200
    assert (await gate.bearer(jwt())).decision is not None
    assert code(await gate.bearer(jwt())) == "token.issuer"
    lax = Gate(**ONLY, issuers_allowed=["https://a.example"], verify_claims=False)
    assert code(await lax.bearer(jwt())) == "token.issuer"


async def test_domains_and_max_age() -> None:
    gate = Gate(**ONLY, domains=["a.example"], max_age=60)
    good = {"hd": "a.example", "auth_time": BEGIN - 30}
    answer = await gate.bearer(jwt(**good))
    assert status(answer) == 200
    assert answer.memory.until == BEGIN + 30
    assert code(await gate.bearer(jwt(**{**good, "hd": "b.example"}))) == "token.domain"
    assert code(await gate.bearer(jwt(**{**good, "auth_time": BEGIN - 60}))) == "token.too_old"


async def test_a_strict_gate_wants_an_access_token_as_the_standard_writes_it() -> None:
    gate = Gate(**ONLY, strict_access_tokens=True)
    assert code(await gate.bearer(jwt(aud="api"))) == "token.kind"
    typed = {"header": {"typ": "at+jwt"}}
    assert status(await gate.bearer(jwt(aud="api", **typed))) == 200  # type: ignore[arg-type]
    assert code(await gate.bearer(jwt(aud="api", exp=..., **typed))) == "token.claim"  # type: ignore[arg-type]


async def test_a_cookie_must_equal_the_claim_of_its_session() -> None:
    gate, token = Gate(**ONLY, jwt_session_cookie="sess"), jwt(sid="s1")
    bearer = ("Authorization", f"Bearer {token}")
    assert status(await gate.ask(bearer, ("Cookie", "sess=s1"))) == 200
    assert code(await gate.ask(bearer, ("Cookie", "sess=s2"))) == "token.session"
    assert code(await gate.ask(bearer)) == "token.session"
    assert code(await gate.ask(bearer, ("Cookie", "sess=s1; sess=s1"))) == "request.ambiguous"


async def test_an_opaque_token_is_refused_where_nobody_else_can_judge_it() -> None:
    assert code(await Gate(**ONLY).bearer("opaque")) == "token.malformed"


async def test_jwts_are_introspected_too_where_configured() -> None:
    gate = Gate(**ONLY, client_id=["gate"], client_secret=["s"], introspect_jwt_tokens=True)
    answer = await gate.bearer(jwt())
    assert status(answer) == 200
    assert gate.provider.count("introspection") == 1
    gate.provider.answer = {"active": False}
    assert code(await gate.bearer(jwt(sub="bob"))) == "token.inactive"
    assert status(await gate.bearer(jwt(OTHER_KEY))) == 401
    assert gate.provider.count("introspection") == 2


async def test_a_revoked_token_is_refused_before_anything_is_asked() -> None:
    from gatepost.plugin.revocations import Revocation
    from gatepost.values import Tag

    gate, token = Gate(**ONLY), jwt()
    gate.world.revocations.add([Revocation(1, Tag.token(token), BEGIN)])
    answer = await gate.bearer(token)
    assert (status(answer), code(answer)) == (401, "credential.revoked")
    assert gate.provider.calls == []


async def test_a_subject_is_revoked_until_the_moment_and_not_beyond() -> None:
    from gatepost.plugin.revocations import Revocation
    from gatepost.values import Tag, TagKind

    gate = Gate(**ONLY)
    gate.world.revocations.add([Revocation(1, Tag.of(TagKind.SUBJECT, ISSUER, "alice"), BEGIN)])
    assert code(await gate.bearer(jwt())) == "credential.revoked"
    gate.world.jump(5)
    assert status(await gate.bearer(jwt(iat=BEGIN + 2))) == 200
    assert code(await gate.bearer(jwt(iat=...))) == "credential.revoked"
    assert status(await gate.bearer(jwt(sub="bob"))) == 200
