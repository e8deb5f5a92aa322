import base64
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.oidc import Key, parse, sign
from gatepost.oidc.compact import TOKEN_LIMIT, decode_segment, encode_segment
from gatepost.values import By, Fault

Mint = Callable[..., str]


def _raw(header: object, payload: object = "{}", signature: str = "AAAA") -> str:
    def segment(value: object) -> str:
        raw = value if isinstance(value, bytes) else str(value).encode()
        return encode_segment(raw)

    head = header if isinstance(header, str | bytes) else json.dumps(header)
    return f"{segment(head)}.{segment(payload)}.{signature}"


def _code(token: str) -> str:
    with pytest.raises(Fault) as raised:
        parse(token)
    assert raised.value.by is By.CLIENT
    return raised.value.code


def test_an_honest_token_is_taken_apart(mint: Mint) -> None:
    text = mint()
    token = parse(text)
    assert (token.alg, token.kid, token.typ) == ("RS256", "rsa-1", "jwt")
    assert token.payload["sub"] == "alice"
    assert token.signing_input == text.rsplit(".", 1)[0].encode()
    assert encode_segment(token.signature) == text.rsplit(".", 1)[1]


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "NONE"])
def test_an_unsigned_token_is_refused_in_every_spelling(alg: str) -> None:
    assert _code(_raw({"alg": alg}, signature="")) == "token.algorithm"
    assert _code(_raw({"alg": alg})) == "token.algorithm"


@pytest.mark.parametrize("header", [{}, {"alg": 1}, {"alg": ["RS256"]}, {"alg": None}])
def test_a_header_without_an_algorithm_as_text_is_refused(header: object) -> None:
    assert _code(_raw(header)) == "token.malformed"


@pytest.mark.parametrize(
    "extra",
    [
        {"crit": ["x"], "x": 1},
        {"crit": []},
        {"crit": ["absent"]},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
        {"b64": True},
        {"crit": None},
    ],
)
def test_demands_of_extensions_are_refused(rsa: Key, extra: dict[str, object]) -> None:
    header = {"alg": "RS256", **extra}
    assert _code(_raw(header)) == "token.malformed"


@pytest.mark.parametrize("kid", [1, None, ["a"], {"a": 1}, True, "x" * 10_000])
def test_a_key_id_that_is_no_short_text_is_refused(kid: object) -> None:
    assert _code(_raw({"alg": "RS256", "kid": kid})) == "token.malformed"


@pytest.mark.parametrize(
    "header",
    ['{"alg":"RS256","alg":"none"}', '{"alg":"none","alg":"RS256"}', b"\xff\xfe", b"[]", b"{"],
)
def test_a_header_with_two_readings_is_refused(header: str | bytes) -> None:
    assert _code(_raw(header)) == "token.malformed"


@pytest.mark.parametrize(
    "payload",
    ['{"sub":"a","sub":"b"}', b'{"sub":"\xff"}', b'\xef\xbb\xbf{}', '{"a":"\\ud800"}', "[1]", '"x"',
     '{"exp":NaN}', '{"a":' + "[" * 3000, "", b"\xc0\xaf"],
)  # fmt: skip
def test_a_payload_with_two_readings_is_refused(payload: str | bytes) -> None:
    assert _code(_raw({"alg": "RS256"}, payload)) == "token.malformed"


def test_a_number_of_segments_other_than_three_is_refused(mint: Mint) -> None:
    text = mint()
    head, payload, signature = text.split(".")
    for bad in ("", "a", f"{head}.{payload}", f"{text}.", f"{text}.x", f"{text}.a.b", "..", "...."):
        assert _code(bad) == "token.malformed", bad
    for bad in (f".{payload}.{signature}", f"{head}..{signature}", f"{head}.{payload}."):
        assert _code(bad) == "token.malformed", bad


def test_json_serialisation_is_refused(mint: Mint) -> None:
    head, payload, signature = mint().split(".")
    members = {"protected": head, "payload": payload, "signature": signature}
    assert _code(json.dumps(members)) == "token.malformed"


def test_every_other_spelling_of_the_same_bytes_is_refused(rsa: Key) -> None:
    # a payload whose last character leaves two bits unused
    text = sign(b'{"a":"??>>~~"}', rsa)
    head, payload, signature = text.split(".")
    assert "_" in payload or "-" in payload
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spellings = [
        payload + "=",
        payload + "==",
        payload.replace("-", "+").replace("_", "/"),
        payload[:4] + " " + payload[4:],
        payload + "\n",
        payload[:-1] + "é",
        payload[:-1] + alphabet[alphabet.index(payload[-1]) + 1],
    ]
    for spelling in spellings:
        assert _code(f"{head}.{spelling}.{signature}") == "token.malformed", spelling
    assert _code(f" {text}") == "token.malformed"
    assert _code(f"{text}\n") == "token.malformed"
    last = signature[:-1] + alphabet[(alphabet.index(signature[-1]) & ~3) + 1]
    if last != signature:
        assert _code(f"{head}.{payload}.{last}") == "token.malformed"


def test_a_token_is_refused_by_its_length_before_any_work(rsa: Key) -> None:
    text = sign({"a": "x" * 9_000}, rsa)
    assert parse(text, limit=len(text))
    with pytest.raises(Fault, match=r"token\.malformed"):
        parse(text, limit=len(text) - 1)
    assert _code("A" * (TOKEN_LIMIT + 1)) == "token.malformed"
    assert _code("." * 500_000_0) == "token.malformed"


def test_nested_tokens_are_refused(mint: Mint, rsa: Key) -> None:
    text = mint()
    for _ in range(3):
        text = sign(text.encode(), rsa, header={"cty": "JWT"})
        assert _code(text) == "token.malformed"


def test_encrypted_tokens_are_refused() -> None:
    header = encode_segment(b'{"alg":"PBES2-HS256+A128KW","p2c":2147483648,"enc":"A128GCM"}')
    assert _code(f"{header}.AAAA.AAAA.AAAA.AAAA") == "token.malformed"


def test_nothing_of_a_token_is_shown(mint: Mint) -> None:
    shown = repr(parse(mint(secret_claim="canary-77")))
    assert "canary" not in shown
    assert "alice" not in shown
    with pytest.raises(Fault) as raised:
        parse(mint(secret_claim="canary-77") + "=")
    assert "canary" not in str(raised.value)


def _outcome(text: str) -> str:
    try:
        parse(text)
    except Fault as fault:
        return fault.code
    return "taken apart"


OUTCOMES = {"taken apart", "token.malformed", "token.algorithm"}


@given(st.text(max_size=200) | st.text(alphabet="eyJhbGciOiJub25lIn0.=-_", max_size=200))
def test_parse_answers_or_faults_and_nothing_else(text: str) -> None:
    assert _outcome(text) in OUTCOMES


@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=8))
def test_parse_of_any_three_segments_answers_or_faults(a: bytes, b: bytes, c: bytes) -> None:
    assert _outcome(".".join(encode_segment(part) for part in (a, b, c))) in OUTCOMES


@given(st.dictionaries(st.text(max_size=9), st.integers() | st.text() | st.none(), max_size=5))
def test_parse_of_any_header_members_answers_or_faults(members: dict[str, object]) -> None:
    assert _outcome(_raw({"alg": "RS256", **members})) in OUTCOMES


@given(st.binary(max_size=100))
def test_segments_have_one_spelling(raw: bytes) -> None:
    text = encode_segment(raw)
    assert decode_segment(text) == raw
    assert text == base64.urlsafe_b64encode(raw).decode().rstrip("=")


@given(st.text(alphabet="ABab01-_+/= \n", max_size=12))
def test_what_decodes_is_canonical(text: str) -> None:
    raw = decode_segment(text)
    if raw is not None:
        assert encode_segment(raw) == text


def test_a_header_that_somebody_changed_is_read_anew(mint: Mint) -> None:
    token = mint()
    first = parse(token)
    first.header["alg"] = "none"
    assert parse(token).alg != "none"
