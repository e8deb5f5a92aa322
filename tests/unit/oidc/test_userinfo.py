import json
from collections.abc import Callable

import pytest

from gatepost.oidc import Key, KeySet, Signer, UnknownKey, Userinfo, sign, userinfo
from gatepost.values import By, Fault, FixedClock, Headers, Reply, Secret, Transport

NOW = 1_800_000_000
URL = "https://issuer.example/userinfo"
ISSUER = "https://issuer.example"
Answer = Callable[..., Reply]


def _read(reply: Reply, *, subject: str | None = "alice", signer: Signer | None = None) -> Userinfo:
    return userinfo.read(reply, subject=subject, signer=signer, clock=FixedClock(NOW))


def _code(
    reply: Reply,
    *,
    by: By = By.PROVIDER,
    subject: str | None = "alice",
    signer: Signer | None = None,
) -> str:
    with pytest.raises(Fault) as raised:
        _read(reply, subject=subject, signer=signer)
    assert raised.value.by is by
    assert "canary" not in str(raised.value)
    return raised.value.code


@pytest.fixture
def signer(keys: KeySet) -> Signer:
    return Signer(keys, ISSUER, "gate", leeway=5)


def _signed(key: Key, header: dict[str, object] | None = None, **changes: object) -> str:
    claims: dict[str, object] = {"iss": ISSUER, "aud": "gate", "sub": "alice", **changes}
    members = {name: value for name, value in claims.items() if value is not ...}
    return sign(members, key, header=header)


def test_the_token_travels_in_the_header_alone() -> None:
    call = userinfo.request(
        f"{URL}?a=b",
        Secret("canary-t+/="),
        accept="application/jwt",
        headers=(("X-Tenant", "1"),),
        args=(("schema", "openid x"),),
        transport=Transport(timeout=3),
    )
    assert (call.method, call.url) == ("GET", f"{URL}?a=b&schema=openid%20x")
    assert (call.purpose, call.body, call.transport.timeout) == ("userinfo", b"", 3)
    assert call.headers.all("authorization") == ("Bearer canary-t+/=",)
    assert (call.headers.get("accept"), call.headers.get("x-tenant")) == ("application/jwt", "1")
    assert "canary" not in repr(call)
    plain = userinfo.request(URL, Secret("t"))
    assert (plain.headers.get("accept"), plain.transport) == ("application/json", Transport())


@pytest.mark.parametrize("text", ["", "a b", "canary\r\nX-Evil: 1", "a\x00", "é", "a\x7f", "a\t"])
def test_a_token_that_could_begin_another_header_is_refused(text: str) -> None:
    with pytest.raises(Fault) as raised:
        userinfo.request(URL, Secret(text))
    assert (raised.value.code, raised.value.by) == ("token.malformed", By.CLIENT)
    assert "canary" not in str(raised.value)


def test_extras_never_replace_what_the_protocol_says() -> None:
    for headers in ((("Authorization", "x"),), (("ACCEPT", "x"),), (("Host", "x"),)):
        with pytest.raises(Fault, match=r"config\.reserved_header"):
            userinfo.request(URL, Secret("t"), headers=headers)
    with pytest.raises(Fault, match=r"config\.reserved_argument"):
        userinfo.request(URL, Secret("t"), args=(("access_token", "x"),))
    with pytest.raises(Fault, match=r"config\.endpoint_query"):
        userinfo.request(f"{URL}?a=1", Secret("t"), args=(("a", "2"),))
    with pytest.raises(Fault, match=r"request\.bad_header"):
        userinfo.request(URL, Secret("t"), headers=(("X-A", "1\r\nX-B: 2"),))


def test_claims_of_the_user_are_read(answer: Answer) -> None:
    body = json.dumps({"sub": "alice", "email": "canary@example.org"})
    found = _read(answer(body))
    assert found.claims == {"sub": "alice", "email": "canary@example.org"}
    assert (found.raw, found.jwt) == (body.encode(), None)
    assert "canary" not in repr(found)
    assert _read(answer(body), subject=None).claims["sub"] == "alice"


@pytest.mark.parametrize(
    "subject", [..., None, "", 1, True, ["alice"], {"a": 1}, "alic", "alice1", "ALICE", "alice ",
                "\u0430lice", "canary", "x" * 2_000, "alice\n"],
)  # fmt: skip
def test_what_is_said_about_another_is_thrown_away(answer: Answer, subject: object) -> None:
    body = json.dumps({"email": "a@b"} | ({} if subject is ... else {"sub": subject}))
    assert _code(answer(body), by=By.CLIENT) == "userinfo.subject"


def test_without_a_login_there_must_still_be_a_subject(answer: Answer) -> None:
    assert _code(answer('{"a":1}'), by=By.CLIENT, subject=None) == "userinfo.subject"
    assert _code(answer("{}"), by=By.CLIENT, subject=None) == "userinfo.subject"


def test_claims_that_lie_elsewhere_are_dropped(answer: Answer) -> None:
    body = json.dumps(
        {
            "sub": "alice",
            "_claim_names": {"address": "src1"},
            "_claim_sources": {"src1": {"endpoint": "https://169.254.169.254/"}},
        }
    )
    assert _read(answer(body)).claims == {"sub": "alice"}


def test_a_refused_token_is_not_an_outage(answer: Answer) -> None:
    assert _code(answer("", status=401), by=By.CLIENT) == "token.userinfo_refused"
    challenge = Headers([("WWW-Authenticate", 'Bearer error="insufficient_scope"')])
    assert _code(Reply(403, challenge), by=By.CLIENT) == "token.userinfo_refused"


@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_challenge_beside_another_status_means_nothing(status: int) -> None:
    fields = [("WWW-Authenticate", 'Bearer error="insufficient_scope"')]
    assert _code(Reply(status, Headers(fields))).startswith("provider.bad_")


@pytest.mark.parametrize("status", [201, 204, 301, 302, 307, 400, 403, 404, 429, 500, 502, 503])
def test_any_other_status_is_the_providers_failure(answer: Answer, status: int) -> None:
    assert _code(answer('{"sub":"alice"}', status=status)) == "provider.bad_status"


@pytest.mark.parametrize(
    "body",
    ["[]", '[{"sub":"alice"}]', '"alice"', "1", "", "null", "<html>", '\ufeff{"sub":"alice"}',
     '{"sub":"alice","sub":"alice"}', '{"sub":"alice"'],
)  # fmt: skip
def test_what_is_no_answer_is_the_providers_failure(answer: Answer, body: str) -> None:
    assert _code(answer(body)) == "provider.bad_answer"


def test_a_huge_or_deep_answer_is_the_providers_failure(answer: Answer) -> None:
    huge = '{"sub":"alice","x":"' + "x" * 10_000_000 + '"}'
    for body in (huge, '{"sub":"alice","a":' + "[" * 9_999):
        assert _code(answer(body)) == "provider.bad_answer"


@pytest.mark.parametrize("media", ["text/html", "text/plain", "", "application/x-jwt"])
def test_json_under_another_type_is_not_believed(answer: Answer, media: str) -> None:
    assert _code(answer('{"sub":"alice"}', media=media)) == "provider.bad_answer"


def test_a_signed_answer_is_read(answer: Answer, signer: Signer, rsa: Key, ec: Key) -> None:
    for key in (rsa, ec):
        text = _signed(key, email="canary@example.org", _claim_names={})
        found = _read(answer(text + "\n", media="application/jwt"), signer=signer)
        assert found.claims["email"] == "canary@example.org"
        assert "_claim_names" not in found.claims
        assert found.jwt == Secret(text)
        assert "canary" not in repr(found)


@pytest.mark.parametrize(
    "changes",
    [{"iss": ...}, {"aud": ...}, {"aud": ["gate"]}, {"aud": ["other", "gate"]}, {"exp": NOW - 4},
     {"iat": NOW + 5}, {"exp": ..., "iat": ...}],
)  # fmt: skip
def test_what_a_signed_answer_may_leave_out_or_say(
    answer: Answer, signer: Signer, rsa: Key, changes: dict[str, object]
) -> None:
    reply = answer(_signed(rsa, **changes), media="application/jwt")  # type: ignore[arg-type]
    assert _read(reply, signer=signer).claims["sub"] == "alice"


@pytest.mark.parametrize(
    "changes",
    [
        *({"iss": value} for value in ("https://evil", f"{ISSUER}/", None, "", [ISSUER])),
        *({"aud": value} for value in ("other", ["other"], None, "", [], ["gate", ""], 1)),
        *({"exp": value} for value in (NOW - 5, NOW - 6, "1", None, True)),
        *({name: NOW + 6} for name in ("iat", "nbf")),
        {"iat": "now"},
    ],
)
def test_a_signed_answer_that_is_not_for_us_is_refused(
    answer: Answer, signer: Signer, rsa: Key, changes: dict[str, object]
) -> None:
    reply = answer(_signed(rsa, **changes), media="application/jwt")  # type: ignore[arg-type]
    assert _code(reply, signer=signer) == "provider.bad_answer"


@pytest.mark.parametrize("typ", ["at+jwt", "logout+jwt", "token-introspection+jwt"])
def test_another_kind_of_token_is_no_answer(
    answer: Answer, signer: Signer, rsa: Key, typ: str
) -> None:
    reply = answer(_signed(rsa, {"typ": typ}), media="application/jwt")
    assert _code(reply, signer=signer) == "provider.bad_answer"


@pytest.mark.parametrize("status", [400, 403, 500])
def test_a_signed_answer_beside_another_status_is_none(
    answer: Answer, signer: Signer, rsa: Key, status: int
) -> None:
    reply = answer(_signed(rsa), status=status, media="application/jwt")
    assert _code(reply, signer=signer) == "provider.bad_status"


def test_a_signed_answer_need_not_say_what_it_is(answer: Answer, signer: Signer, rsa: Key) -> None:
    reply = answer(_signed(rsa, {"typ": None}), media="application/jwt")
    assert _read(reply, signer=signer).claims["sub"] == "alice"


def test_a_signed_answer_about_another_is_thrown_away(
    answer: Answer, signer: Signer, rsa: Key
) -> None:
    for changes in ({"sub": "bob"}, {"sub": ...}):
        reply = answer(_signed(rsa, **changes), media="application/jwt")
        assert _code(reply, by=By.CLIENT, signer=signer) == "userinfo.subject"


def test_an_answer_in_a_form_that_was_not_asked_for_is_refused(
    answer: Answer, signer: Signer, rsa: Key
) -> None:
    text = _signed(rsa)
    assert _code(answer(text, media="application/jwt")) == "provider.bad_answer"
    assert _code(answer(text), signer=signer) == "provider.bad_answer"
    plain = answer('{"sub":"alice"}', media="application/jwt")
    assert _code(plain, signer=signer) == "provider.bad_answer"


def test_a_forged_or_unsigned_answer_is_refused(
    answer: Answer, signer: Signer, stranger: Key, rsa: Key
) -> None:
    _, payload, signature = _signed(rsa).split(".")
    for text in (
        _signed(stranger),
        f"eyJhbGciOiJub25lIn0.{payload}.",
        f"eyJhbGciOiJub25lIn0.{payload}.{signature}",
        sign({"sub": "alice"}, Secret("s")),
    ):
        reply = answer(text, media="application/jwt")
        assert _code(reply, signer=signer) == "provider.bad_answer"


def test_an_unknown_key_lets_the_caller_fetch_keys_and_read_again(
    answer: Answer, rsa: Key, signer: Signer
) -> None:
    reply = answer(_signed(rsa), media="application/jwt")
    with pytest.raises(UnknownKey) as raised:
        _read(reply, signer=Signer(KeySet(), ISSUER, "gate"))
    assert (raised.value.code, raised.value.by) == ("provider.unknown_key", By.PROVIDER)
    assert _read(reply, signer=signer).claims["sub"] == "alice"
