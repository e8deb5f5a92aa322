import json
from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest

from gatepost.oidc import (
    Client,
    Expected,
    Extra,
    Introspection,
    Key,
    KeySet,
    Signer,
    UnknownKey,
    introspection,
    sign,
)
from gatepost.values import By, Fault, FixedClock, Reply, Secret

NOW = 1_800_000_000
Answer = Callable[..., Reply]
CLIENT = Client("gate", Secret("s3cret"))
URL = "https://issuer.example/introspect"
STANDARD = "application/token-introspection+jwt"


def _read(reply: Reply, signer: Signer | None = None) -> Introspection:
    return introspection.read(reply, signer, FixedClock(NOW))


def _code(reply: Reply, signer: Signer | None = None, *, by: By = By.PROVIDER) -> str:
    with pytest.raises(Fault) as raised:
        _read(reply, signer)
    assert raised.value.by is by
    return raised.value.code


def test_the_question_travels_in_the_body() -> None:
    call = introspection.request(URL, Secret("t0ken+/="), CLIENT, "client_secret_basic")
    assert (call.method, call.url, call.purpose) == ("POST", URL, "introspection")
    assert dict(parse_qsl(call.body.decode())) == {
        "token": "t0ken+/=",
        "token_type_hint": "access_token",
    }
    assert call.headers.get("authorization") == "Basic Z2F0ZTpzM2NyZXQ="
    assert "t0ken" not in repr(call)


def test_the_question_is_asked_as_configured() -> None:
    call = introspection.request(
        URL,
        Secret("t"),
        CLIENT,
        "client_secret_post",
        hint=None,
        parameter="access_token",
        accept=STANDARD,
        extra=Extra((("tenant", "a&b"),), (("x-tenant", "1"),)),
    )
    form = dict(parse_qsl(call.body.decode()))
    assert form == {
        "access_token": "t",
        "tenant": "a&b",
        "client_id": "gate",
        "client_secret": "s3cret",
    }
    assert (call.headers.get("accept"), call.headers.get("x-tenant")) == (STANDARD, "1")


def test_an_extra_argument_never_replaces_the_token() -> None:
    for name in ("access_token", "token_type_hint", "client_id"):
        with pytest.raises(Fault, match=r"config\.reserved_argument"):
            introspection.request(
                URL,
                Secret("t"),
                CLIENT,
                "none",
                parameter="access_token",
                extra=Extra(((name, "other"),)),
            )


def test_active_is_exactly_true(answer: Answer) -> None:
    assert _read(answer('{"active":true,"sub":"a"}')).active
    for value in ('"true"', "1", '"false"', "null", "[true]", "false", "{}", "1.0"):
        assert not _read(answer(f'{{"active":{value},"sub":"a"}}')).active, value
    assert not _read(answer('{"sub":"a"}')).active


@pytest.mark.parametrize(
    "body",
    ["[]", '"x"', "1", "", "{}", "<html>login</html>", '\ufeff{"active":true}', "null",
     '{"active":false,"active":true}', '{"active":true', '{"active":true,"a":' + "[" * 9999],
)  # fmt: skip
def test_what_is_no_answer_is_the_providers_failure(answer: Answer, body: str) -> None:
    assert _code(answer(body)) == "provider.bad_answer"


@pytest.mark.parametrize("media", ["text/html", "", "text/plain", "application/xml"])
def test_json_under_another_type_is_not_believed(answer: Answer, media: str) -> None:
    assert _code(answer('{"active":true}', media=media)) == "provider.bad_answer"


def test_a_kind_of_token_that_the_provider_does_not_introspect_is_the_clients_fault(
    answer: Answer,
) -> None:
    reply = answer('{"error":"unsupported_token_type"}', status=400)
    assert _code(reply, by=By.CLIENT) == "token.unsupported"


@pytest.mark.parametrize(
    ("status", "body", "media"),
    [
        (400, '{"error":"invalid_request"}', "application/json"),
        (400, '{"error":["unsupported_token_type"]}', "application/json"),
        (400, '{"error":"unsupported_token_type"}', "text/html"),
        (500, '{"error":"unsupported_token_type"}', "application/json"),
    ],
)
def test_whatever_else_it_refuses_is_the_providers_failure(
    answer: Answer, status: int, body: str, media: str
) -> None:
    assert _code(answer(body, status=status, media=media)) == "provider.bad_status"


@pytest.mark.parametrize("status", [201, 204, 301, 302, 307, 400, 404, 429, 500, 502, 503])
def test_any_other_status_says_nothing_about_the_token(answer: Answer, status: int) -> None:
    assert _code(answer('{"active":false}', status=status)) == "provider.bad_status"


@pytest.mark.parametrize("status", [401, 403])
def test_our_own_refused_credential_has_its_own_code(answer: Answer, status: int) -> None:
    code = _code(answer('{"error":"invalid_client"}', status=status))
    assert code == "provider.refused_our_credentials"


def test_a_huge_answer_is_refused(answer: Answer) -> None:
    body = '{"active":true,"x":"' + "x" * 1_100_000 + '"}'
    assert _code(answer(body)) == "provider.bad_answer"


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"exp": NOW}, "token.expired"),
        ({"nbf": NOW + 1}, "token.not_yet_valid"),
        ({"iss": "https://evil"}, "token.issuer"),
        ({"aud": "other"}, "token.audience"),
        ({"token_type": "refresh_token"}, "token.kind"),
        ({"exp": "1999999999"}, "token.claim"),
    ],
)
def test_an_active_answer_is_checked_all_the_same(
    answer: Answer, claims: dict[str, object], code: str
) -> None:
    expected = Expected("https://issuer.example", audience=("api",))
    reply = _read(answer(json.dumps({"active": True, "aud": "api", **claims})))
    assert reply.active
    with pytest.raises(Fault) as raised:
        introspection.check(reply, expected, FixedClock(NOW))
    assert (raised.value.code, raised.value.by) == (code, By.CLIENT)


def test_an_honest_answer_tells_its_end(answer: Answer) -> None:
    reply = _read(answer(json.dumps({"active": True, "exp": NOW + 9, "username": "a"})))
    assert introspection.check(reply, Expected("https://i"), FixedClock(NOW)) == NOW + 9
    assert reply.raw.startswith(b"{")
    assert "username" not in repr(reply)


@pytest.fixture
def signer(keys: KeySet) -> Signer:
    return Signer(keys, "https://issuer.example", "gate")


def _signed(key: Key, typ: str | None = "token-introspection+jwt", **changes: object) -> str:
    claims: dict[str, object] = {
        "iss": "https://issuer.example",
        "aud": "gate",
        "iat": NOW,
        "token_introspection": {"active": True, "sub": "alice"},
        **changes,
    }
    claims = {name: value for name, value in claims.items() if value is not ...}
    return sign(claims, key, header={"typ": typ})


def test_a_signed_answer_is_read(answer: Answer, signer: Signer, rsa: Key) -> None:
    text = _signed(rsa)
    reply = _read(answer(text + "\n", media=STANDARD), signer)
    assert reply.active
    assert reply.claims == {"active": True, "sub": "alice"}
    assert reply.jwt == Secret(text)
    inactive = _signed(rsa, token_introspection={"active": False})
    assert not _read(answer(inactive, media="application/jwt"), signer).active


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil"},
        {"iss": ...},
        {"aud": "other"},
        {"aud": ...},
        {"typ": "JWT"},
        {"typ": None},
        {"exp": NOW},
        {"iat": NOW + 99},
        {"token_introspection": ...},
        {"token_introspection": [True]},
        {"token_introspection": {}},
    ],
)
def test_a_signed_answer_that_is_not_for_us_is_refused(
    answer: Answer, signer: Signer, rsa: Key, changes: dict[str, object]
) -> None:
    text = _signed(rsa, **changes)  # type: ignore[arg-type]
    assert _code(answer(text, media=STANDARD), signer) == "provider.bad_answer"


def test_a_forged_answer_is_refused(
    answer: Answer, signer: Signer, stranger: Key, rsa: Key
) -> None:
    assert _code(answer(_signed(stranger), media=STANDARD), signer) == "provider.bad_answer"
    for body in (b"\xff", b"", b"opaque", b'{"active":true}'):
        assert _code(answer(body, media=STANDARD), signer) == "provider.bad_answer"
    assert _code(answer(_signed(rsa), media=STANDARD), None) == "provider.bad_answer"
    assert _code(answer(_signed(rsa)), signer) == "provider.bad_answer"


def test_an_unknown_key_lets_the_caller_fetch_keys_and_read_again(
    answer: Answer, rsa: Key, signer: Signer
) -> None:
    reply = answer(_signed(rsa), media=STANDARD)
    with pytest.raises(UnknownKey) as raised:
        _read(reply, Signer(KeySet(), signer.issuer, signer.client_id))
    assert (raised.value.code, raised.value.by) == ("provider.unknown_key", By.PROVIDER)
    assert _read(reply, signer).active


def test_the_older_form_is_bound_by_its_issuer(answer: Answer, signer: Signer, rsa: Key) -> None:
    text = sign({"iss": "https://issuer.example", "active": True, "sub": "a"}, rsa)
    assert _read(answer(text, media="application/jwt"), signer).active
    plain = sign({"iss": "https://issuer.example", "sub": "a"}, rsa)
    assert not _read(answer(plain, media="application/jwt"), signer).active
    evil = sign({"iss": "https://evil", "active": True}, rsa)
    assert _code(answer(evil, media="application/jwt"), signer) == "provider.bad_answer"
