import base64
from typing import Any

import pytest

from gatepost.plugin.decision import Forward, Refusal
from gatepost.plugin.runtime import Person
from gatepost.plugin.testkit import BEGIN
from gatepost.values import Reply
from tests.unit.plugins.openid_connect.provider_script import (
    Gate,
    code,
    jwt,
    sent_headers,
    status,
)

pytestmark = pytest.mark.anyio
ONLY: dict[str, Any] = {"auth_methods": ["bearer"]}
ALICE = Person("1111", "alice", "a-1", ("staff",))


def basic() -> tuple[str, str]:
    return "Authorization", "Basic " + base64.b64encode(b"app:pw").decode()


def refusal(answer: Any) -> Refusal:
    assert isinstance(answer.decision, Refusal)
    return answer.decision


async def test_nothing_presented_is_401_with_a_plain_challenge() -> None:
    answer = refusal(await Gate(**ONLY).ask())
    assert (answer.status, answer.message) == (401, "Unauthorized")
    assert answer.challenges == ('Bearer realm="idp.example"',)


async def test_the_absence_of_credentials_may_be_remembered() -> None:
    answer = await Gate(**ONLY).ask()
    assert answer.memory.until > BEGIN


async def test_a_bad_token_is_named_in_the_challenge_unless_told_not_to() -> None:
    answer = refusal(await Gate(**ONLY).bearer("opaque"))
    assert answer.challenges == ('Bearer realm="idp.example", error="invalid_token"',)
    quiet = refusal(await Gate(**ONLY, expose_error_code=False).bearer("opaque"))
    assert quiet.challenges == ('Bearer realm="idp.example"',)


async def test_messages_are_as_configured() -> None:
    gate = Gate(
        **ONLY,
        unauthorized_error_message="No.",
        forbidden_error_message="Never.",
        scopes_required=["x"],
    )
    assert refusal(await gate.ask()).message == "No."
    assert refusal(await gate.bearer(jwt())).message == "Never."


async def test_the_reason_is_shown_only_where_configured() -> None:
    gate = Gate(**ONLY, display_errors=True, scopes_required=["x"])
    assert refusal(await gate.bearer(jwt(exp=1))).message == "The token has expired."
    assert refusal(await gate.bearer(jwt())).message == "The token lacks required scopes."


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("read write", 200),
        ("write other read", 200),
        ("admin", 200),
        (["read", "write"], 200),
        ("read", 403),
        ("readwrite", 403),
        ("READ write", 403),
        ("", 403),
        (..., 403),
        ({"read": 1, "write": 1}, 403),
        (["read write"], 403),
    ],
)
async def test_scopes_are_alternatives_of_words(scope: object, expected: int) -> None:
    gate = Gate(**ONLY, scopes_required=["read write", "admin"])
    assert status(await gate.bearer(jwt(scope=scope))) == expected


async def test_want_of_scope_is_403_and_says_what_would_do() -> None:
    gate = Gate(**ONLY, scopes_required=["read write", "admin"])
    answer = refusal(await gate.bearer(jwt()))
    assert answer.challenges == (
        'Bearer realm="idp.example", error="insufficient_scope", scope="read write"',
    )


@pytest.mark.parametrize(
    ("config", "claims", "expected"),
    [
        ({"audience_required": ["api"]}, {"aud": "api"}, ""),
        ({"audience_required": ["api"]}, {"aud": ["x", "api"]}, ""),
        ({"audience_required": ["api"]}, {"aud": "api2"}, "audience.missing"),
        ({"audience_required": ["api"]}, {}, "audience.missing"),
        ({"groups_required": ["a b", "c"]}, {"groups": ["a", "b"]}, ""),
        ({"groups_required": ["a b", "c"]}, {"groups": ["a"]}, "groups.missing"),
        (
            {"roles_required": ["r"], "roles_claim": ["realm", "roles"]},
            {"realm": {"roles": ["r"]}},
            "",
        ),
        ({"roles_required": ["r"], "groups_required": ["g"]}, {"roles": "r"}, "groups.missing"),
        ({"claims_forbidden": ["evil"]}, {"evil": False}, "claims.forbidden"),
        ({"claims_forbidden": ["evil"]}, {"good": 1}, ""),
    ],
)
async def test_requirements_are_403(
    config: dict[str, Any], claims: dict[str, Any], expected: str
) -> None:
    answer = await Gate(**ONLY, **config).bearer(jwt(**claims))
    assert (status(answer), code(answer)) == ((403, expected) if expected else (200, ""))


async def test_requirements_hold_also_without_verified_claims() -> None:
    gate = Gate(**ONLY, verify_claims=False, scopes_required=["x"])
    assert status(await gate.bearer(jwt())) == 403


async def test_a_redirect_can_take_the_place_of_a_refusal() -> None:
    gate = Gate(
        **ONLY,
        unauthorized_redirect_uri=["https://a.example/401"],
        forbidden_redirect_uri=["https://a.example/403"],
        scopes_required=["x"],
    )
    for answer, where in (
        (await gate.ask(), "https://a.example/401"),
        (await gate.bearer(jwt(exp=1)), "https://a.example/401"),
        (await gate.bearer(jwt()), "https://a.example/403"),
    ):
        assert isinstance(answer.decision, Reply)
        assert answer.decision.status == 302
        assert answer.decision.headers.get("location") == where
        assert answer.memory.until == 0


async def test_options_pass_only_where_configured() -> None:
    assert status(await Gate(**ONLY).ask(method="OPTIONS")) == 401
    gate = Gate(**ONLY, run_on_preflight=False)
    assert status(await gate.ask(method="OPTIONS")) == 200
    assert status(await gate.ask(method="GET")) == 401


async def test_a_basic_challenge_is_given_where_basic_would_do() -> None:
    both = refusal(await Gate().ask()).challenges
    assert [one.split()[0] for one in both] == ["Bearer", "Basic"]
    only = refusal(await Gate(auth_methods=["client_credentials"]).ask()).challenges
    assert [one.split()[0] for one in only] == ["Basic"]
    query = Gate(auth_methods=["client_credentials"], client_credentials_param_type=["query"])
    assert [one.split()[0] for one in refusal(await query.ask()).challenges] == ["Bearer"]


async def test_a_consumer_is_found_by_the_first_claim_and_field_that_match() -> None:
    gate = Gate(
        (ALICE,), **ONLY, consumer_claims=[["nobody"], ["sub"]], consumer_by=["id", "username"]
    )
    answer = (await gate.bearer(jwt())).decision
    assert isinstance(answer, Forward)
    assert (answer.consumer.id, answer.consumer.custom_id) == ("1111", "a-1")
    assert (answer.consumer.username, answer.consumer.credential) == ("alice", "alice")
    assert answer.consumer.consumer_groups == "staff"


async def test_no_consumer_is_403_unless_optional_or_somebody_stands_in() -> None:
    config: dict[str, Any] = {**ONLY, "consumer_claims": [["sub"]]}
    answer = await Gate(**config).bearer(jwt())
    assert (status(answer), code(answer)) == (403, "consumer.unknown")
    assert status(await Gate(**config, consumer_optional=True).bearer(jwt())) == 200
    stand_in = Gate((ALICE,), **config, anonymous="alice", consumer_by=["custom_id"])
    decision = (await stand_in.bearer(jwt())).decision
    assert isinstance(decision, Forward)
    assert decision.consumer.anonymous
    assert decision.edits.authorization is None


async def test_a_username_is_compared_as_configured() -> None:
    config: dict[str, Any] = {**ONLY, "consumer_claims": [["sub"]]}
    assert status(await Gate((ALICE,), **config).bearer(jwt(sub="Alice"))) == 403
    lax = Gate((ALICE,), **config, by_username_ignore_case=True)
    assert status(await lax.bearer(jwt(sub="Alice"))) == 200


async def test_a_rejected_credential_becomes_anonymous_and_is_stripped() -> None:
    gate = Gate((ALICE,), **ONLY, anonymous="alice")
    answer = await gate.bearer(jwt(exp=1))
    assert isinstance(answer.decision, Forward)
    assert answer.decision.consumer.anonymous
    assert answer.decision.edits.authorization is None
    assert answer.memory.refused_space
    gate.provider.away()
    assert status(await gate.bearer(jwt())) == 503  # unavailable is never anonymous


async def test_groups_and_credential_are_told() -> None:
    gate = Gate(**ONLY, authenticated_groups_claim=["scope"], credential_claim=["client_id"])
    answer = (await gate.bearer(jwt(scope="openid email", client_id="c1"))).decision
    assert isinstance(answer, Forward)
    assert answer.consumer.authenticated_groups == "email, openid"
    assert answer.consumer.credential == "c1"


async def test_a_credential_that_cannot_be_a_header_is_left_out() -> None:
    gate = Gate(**ONLY, credential_claim=["name"])
    answer = (await gate.bearer(jwt(name="a\r\nb: c"))).decision
    assert isinstance(answer, Forward)
    assert answer.consumer.credential is None


async def test_a_mapped_claim_that_cannot_be_a_header_refuses_the_request() -> None:
    gate = Gate(**ONLY, upstream_headers=[{"header": "X-Groups", "path": ["groups"]}])
    for groups in (["a,b"], ["a\nb"]):
        answer = await gate.bearer(jwt(groups=groups))
        assert (status(answer), code(answer)) == (403, "claim.unsafe")


async def test_mapped_headers_are_known_for_scrubbing_and_cleared_when_empty() -> None:
    gate = Gate(
        **ONLY,
        upstream_headers=[{"header": "Issuer_Header", "path": ["iss"]}],
        upstream_headers_claims=["email"],
        upstream_headers_names=["X-Email"],
    )
    assert gate.plan.identity_headers == ("issuer-header", "x-email")
    headers = sent_headers(await gate.bearer(jwt()))
    assert headers["Issuer-Header"] == "https://idp.example/oauth2/default"
    assert headers["X-Email"] is None


async def test_credentials_stay_where_hiding_is_off() -> None:
    gate = Gate(**ONLY, hide_credentials=False, upstream_access_token_header=None)
    answer = await gate.ask(args=f"access_token={jwt()}")
    assert isinstance(answer.decision, Forward)
    assert answer.decision.edits.remove_args == ()
    hidden = Gate(**ONLY, upstream_access_token_header="nil")
    answer = await hidden.bearer(jwt())
    assert isinstance(answer.decision, Forward)
    assert answer.decision.edits.authorization is None


async def test_a_header_that_may_come_once_is_not_declared_twice() -> None:
    gate = Gate(client_id=["g"], token_headers_client=["Access-Token"])
    names = [str(attribute) for attribute in gate.plan.attributes]
    assert "header:access-token" in names
    assert "headers:access-token" not in names


async def test_a_repeated_credential_is_refused_by_the_engine() -> None:
    answer = await Gate(**ONLY).ask(("Authorization", "Bearer a"), ("authorization", "Bearer b"))
    assert (status(answer), code(answer)) == (400, "request.ambiguous")


async def test_a_token_bound_to_a_proof_is_never_remembered() -> None:
    answer = await Gate(**ONLY).bearer(jwt(cnf={"jkt": "x"}))
    assert answer.memory.until == 0


async def test_no_secret_is_in_a_trace_or_a_representation() -> None:
    gate = Gate(client_id=["g"], client_secret=["canary"])
    token = jwt(scope="canary")
    seen = [await gate.bearer(token), await gate.bearer("canary"), await gate.ask(basic())]
    for answer in seen:
        shown = f"{answer.decision!r} {answer.trace.steps!r}"
        assert "canary" not in shown
        assert token not in shown
    assert "canary" not in repr(gate.plan.chain.links)


async def test_a_header_that_holds_a_credential_is_read_before_it_says_what_is_told() -> None:
    gate = Gate(
        auth_methods=["refresh_token"],
        client_id=["a"],
        client_secret=["b"],
        refresh_token_param_name="refresh_token",
        upstream_refresh_token_header="refresh_token",
        upstream_headers_claims=["sub"],
        upstream_headers_names=["X-User"],
    )
    assert gate.plan.identity_headers == ("refresh-token", "x-user")
    assert "header:refresh-token" in [str(attribute) for attribute in gate.plan.attributes]
    headers = sent_headers(await gate.ask(("Refresh-Token", "presented")))
    assert headers["refresh-token"] != "presented"


async def test_a_header_that_is_read_and_told_never_says_what_a_client_wrote() -> None:
    config: dict[str, Any] = {
        "auth_methods": ["bearer", "introspection"],
        "client_id": ["one", "two"],
        "client_secret": ["1", "2"],
        "upstream_headers_claims": ["sub"],
        "upstream_headers_names": ["X-Client-Id"],
        "upstream_access_token_header": "X-Access-Token",
    }
    lies = [("X-Client-Id", "admin"), ("X-Access-Token", "forged")]
    waved = await Gate(**config, run_on_preflight=False).ask(*lies, method="OPTIONS")
    assert sent_headers(waved) == {"X-Client-Id": None, "X-Access-Token": None}
    stood_in = Gate((ALICE,), **config, anonymous="alice")
    assert sent_headers(await stood_in.ask(lies[0]))["X-Client-Id"] is None
    bearer = ("Authorization", f"Bearer {jwt(sub='bob')}")
    assert sent_headers(await Gate(**config).ask(bearer, lies[0]))["X-Client-Id"] == "bob"
