from collections.abc import Callable

import pytest

from gatepost.oidc import Key, KeySet, UnknownKey, authorization, jarm, sign
from gatepost.values import By, Fault, FixedClock, Secret

NOW = 1_800_000_000
ISSUER = "https://issuer.example"
Pairs = tuple[tuple[str, str], ...]


def _signed(key: Key | Secret, header: dict[str, object] | None = None, **changes: object) -> str:
    claims: dict[str, object] = {
        "iss": ISSUER,
        "aud": "gate",
        "exp": NOW + 60,
        "code": "canary-code",
        "state": "canary-state",
        **changes,
    }
    members = {name: value for name, value in claims.items() if value is not ...}
    return sign(members, key, header=header)


@pytest.fixture
def read(keys: KeySet) -> Callable[..., Pairs]:
    def go(response: str, *, now: float = NOW, **options: object) -> Pairs:
        given = {"issuer": ISSUER, "client_id": "gate", "clock": FixedClock(now), **options}
        return jarm.read(response, keys, **given)  # type: ignore[arg-type]

    return go


@pytest.fixture
def cause(read: Callable[..., Pairs]) -> Callable[..., str]:
    def go(response: str, **options: object) -> str:
        with pytest.raises(Fault) as raised:
            read(response, **options)
        assert (raised.value.code, raised.value.by) == ("authorization.jarm", By.CLIENT)
        assert "canary" not in str(raised.value)
        return raised.value.cause or ""

    return go


Read = Callable[..., Pairs]
Cause = Callable[..., str]


def test_a_signed_answer_is_read_like_a_plain_one(read: Read, rsa: Key, ec: Key) -> None:
    for key in (rsa, ec):
        parameters = read(_signed(key))
        assert dict(parameters) == {
            "iss": ISSUER,
            "code": "canary-code",
            "state": "canary-state",
        }
        response = authorization.read(parameters, issuer=ISSUER, iss_promised=True)
        assert response.code == Secret("canary-code")


def test_a_signed_error_is_an_error(read: Read, rsa: Key) -> None:
    parameters = read(_signed(rsa, code=..., error="access_denied", error_description="No."))
    with pytest.raises(Fault, match=r"authorization\.denied"):
        authorization.read(parameters, issuer=ISSUER, iss_promised=True)


def test_other_members_are_parameters_only_where_they_are_texts(read: Read, rsa: Key) -> None:
    parameters = read(_signed(rsa, session_state="x", iat=NOW, jti="j", expires_in=3, scope=["a"]))
    assert sorted(name for name, _ in parameters) == ["code", "iss", "session_state", "state"]


@pytest.mark.parametrize(
    "changes",
    [
        *({"iss": value} for value in (..., None, "", f"{ISSUER}1", f"{ISSUER}/", [ISSUER], 1)),
        *({"aud": value} for value in (..., None, "", "gate1", "GATE", [], ["gate", "other"], 1)),
        *({"aud": value} for value in ([""], ["gate", ""], {"gate": 1}, [["gate"]])),
        *({"exp": value} for value in (..., None, NOW, NOW - 1, "1999999999", True, -1, 10**18)),
        *({name: value} for name in ("nbf", "iat") for value in (NOW + 1, "now", None)),
        *({name: value} for name in ("code", "state") for value in (1, None, ["x"], True)),
        *({name: 1} for name in ("error", "error_description")),
    ],
)
def test_a_signed_answer_that_is_not_for_us_now_is_refused(
    cause: Cause, rsa: Key, changes: dict[str, object]
) -> None:
    assert cause(_signed(rsa, **changes))  # type: ignore[arg-type]


def test_an_audience_may_be_a_list_of_this_client_alone(read: Read, rsa: Key) -> None:
    assert read(_signed(rsa, aud=["gate"]))


def test_the_boundaries_of_time_are_exact(read: Read, cause: Cause, rsa: Key) -> None:
    text = _signed(rsa, iat=NOW)
    assert read(text, now=NOW + 59)
    assert cause(text, now=NOW + 60) == f"exp is {NOW + 60}"
    assert read(text, now=NOW + 64, leeway=5)
    assert cause(text, now=NOW + 65, leeway=5)
    assert cause(text, now=NOW - 1) == f"iat is {NOW}"
    assert read(text, now=NOW - 5, leeway=5)
    assert cause(text, now=NOW - 6, leeway=5)


def test_a_forged_answer_is_refused(cause: Cause, stranger: Key, rsa: Key) -> None:
    head, payload, signature = _signed(rsa).split(".")
    assert cause(_signed(stranger)) == "token.signature, None"
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    assert cause(f"{head}.{payload}.{flipped}") == "token.signature, None"
    assert cause(f"eyJhbGciOiJub25lIn0.{payload}.") == "token.algorithm, alg is none"
    assert cause(f"eyJhbGciOiJub25lIn0.{payload}.{signature}")
    for text in (
        "",
        "opaque",
        f"{head}.{payload}",
        f"{head}.{payload}.",
        "a.b.c",
        "é",
        "x" * 20_000,
    ):
        assert cause(text)


def test_the_algorithm_must_be_one_that_is_allowed(
    read: Read, cause: Cause, rsa: Key, ec: Key
) -> None:
    only = frozenset({"ES256"})
    assert read(_signed(ec), algorithms=only)
    assert cause(_signed(rsa), algorithms=only) == "token.algorithm, None"
    shared = _signed(Secret("canary-secret"))
    assert cause(shared) == "token.algorithm, None"
    assert read(shared, secret=Secret("canary-secret"))
    assert cause(shared, secret=Secret("other")) == "token.signature, None"


@pytest.mark.parametrize("typ", ["at+jwt", "logout+jwt", "application/secevent+jwt"])
def test_another_kind_of_token_is_no_answer(cause: Cause, rsa: Key, typ: str) -> None:
    assert cause(_signed(rsa, {"typ": typ}))


def test_an_answer_need_not_say_what_it_is(read: Read, rsa: Key) -> None:
    for typ in (None, "JWT", "jwt"):
        assert read(_signed(rsa, {"typ": typ}))


def test_an_unknown_key_lets_the_caller_fetch_keys(read: Read, rsa: Key, cause: Cause) -> None:
    with pytest.raises(UnknownKey) as raised:
        read(_signed(rsa, {"kid": "new"}))
    assert (raised.value.code, raised.value.by) == ("token.unknown_key", By.CLIENT)
    assert cause(_signed(rsa, {"kid": "new"}, iss="https://evil"))


def test_the_signed_answer_is_found_among_what_a_browser_brings() -> None:
    assert jarm.find([("response", "a.b.c"), ("x", "1")]) == "a.b.c"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ([], "authorization.jarm"),
        ([("response", "")], "authorization.jarm"),
        ([("code", "c"), ("state", "s")], "authorization.jarm"),
        ([("response", "a"), ("code", "c")], "authorization.jarm"),
        ([("response", "a"), ("state", "s")], "authorization.jarm"),
        ([("response", "a"), ("error", "")], "authorization.jarm"),
        ([("response", "a"), ("response", "a")], "authorization.duplicate"),
    ],
)
def test_two_readings_of_what_a_browser_brings_are_refused(
    parameters: list[tuple[str, str]], code: str
) -> None:
    with pytest.raises(Fault) as raised:
        jarm.find(parameters)
    assert (raised.value.code, raised.value.by) == (code, By.CLIENT)


def test_an_issuer_that_is_written_twice_is_read_and_one_that_differs_is_not(
    read: Read, cause: Cause, rsa: Key
) -> None:
    text = f'{{"exp":{NOW + 60},"iss":"{ISSUER}","aud":"gate","code":"c","iss":"%s","state":"s"}}'
    found = dict(read(sign((text % ISSUER).encode(), rsa, alg="RS256")))
    assert found["iss"] == ISSUER
    assert "repeated" in cause(sign((text % "https://evil.example").encode(), rsa, alg="RS256"))
