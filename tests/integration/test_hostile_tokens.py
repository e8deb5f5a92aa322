"""Hostile tokens at a whole node: each is refused wherever it rides, and nothing goes upstream.

Headers, signatures and shapes: rows J1 to J16 and J28 to J33 of the attack catalogue, at routes
that verify, that introspect, and that do both.
"""

import base64
import json
import time
from collections.abc import Iterator

import pytest

from tests.integration.attacker import (
    Json,
    Signer,
    at_once,
    base64url,
    mint,
    presented,
    segment,
)
from tests.integration.hostile_gate import Gate, gated
from tests.integration.recorder import Recorder
from tests.integration.world import Client

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    with gated() as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(gate: Gate) -> None:
    gate.upstream.seen.clear()


@pytest.fixture(scope="module")
def mallory() -> Signer:
    return Signer("mallory")


def test_a_good_token_passes_in_every_spelling(gate: Gate) -> None:
    """Without it, the refusals below would say nothing."""
    token = gate.world.token("tutorial-jwt")
    for route in ("jwt", "asked", "both", "twice", "strict", "aud"):
        assert set(presented(gate.world, token, f"/{route}/x")) == {200}, route
    assert {seen.all("X-User")[0] for seen in gate.upstream.seen} == {"tutorial-jwt"}
    for seen in gate.upstream.seen:
        assert "access_token" not in seen.target.replace("%61", "a")
        assert token.encode() not in seen.body
        assert seen.all("Authorization") == [f"Bearer {token}"]


@pytest.mark.parametrize(
    "alg",
    ["none", "None", "nOnE", "NONE", "none ", None, 5, ["none"], "", {}, True, "HS1", "none\0"],
)
def test_j1_a_token_without_a_real_algorithm_is_401(gate: Gate, alg: object) -> None:
    header = {"typ": "at+jwt", "kid": gate.key_id} | ({} if alg is None else {"alg": alg})
    body = f"{segment(header)}.{segment(gate.good())}"
    for signature in ("", "AA"):
        gate.refuses(f"{body}.{signature}", "jwt", "both", "twice")
    # RFC 6750 tokens may be opaque, so the provider is asked, and knows of none
    gate.refuses(f"{body}.", "asked")


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_j2_the_public_key_is_no_secret(gate: Gate, alg: str) -> None:
    token = mint(gate.world, key="hs256-with-public-key", alg=alg)
    gate.refuses(token)


@pytest.mark.parametrize("alg", ["PS256", "PS384", "RS384", "RS512"])
def test_j3_a_key_signs_only_by_the_algorithm_that_was_published_with_it(
    gate: Gate, alg: str
) -> None:
    gate.refuses(mint(gate.world, alg=alg))


def test_j3_another_algorithm_in_the_header_than_in_the_signature_is_401(gate: Gate) -> None:
    head, payload, signature = mint(gate.world).split(".")
    for alg in ("RS384", "PS256", "ES256", "ES256K", "EdDSA", "rs256", "RS256 "):
        lie = segment({"alg": alg, "kid": gate.key_id, "typ": "at+jwt"})
        gate.refuses(f"{lie}.{payload}.{signature}", "jwt", "both")
    assert head


def test_j4_j5_j6_a_key_that_the_token_brings_along_is_not_used_and_nobody_is_called(
    gate: Gate, mallory: Signer
) -> None:
    with Recorder() as lair:
        url = f"http://127.0.0.1:{lair.port}/keys"
        headers: list[Json] = [
            {"jwk": mallory.jwk()},
            {"jku": url},
            {"x5u": url},
            {"x5c": [base64url(b"not a certificate")], "x5t": "AA"},
            {"jku": url, "jwk": mallory.jwk(), "x5u": url},
            {"iss": f"http://127.0.0.1:{lair.port}"},
        ]
        for header in headers:
            for kid in (mallory.kid, gate.key_id, None, url):
                token = mallory.jws(gate.world, gate.good(), **{**header, "kid": kid})
                gate.refuses(token, "jwt", "both", "twice")
        issued = gate.good(iss=f"http://127.0.0.1:{lair.port}", jwks_uri=url)
        gate.refuses(mallory.jws(gate.world, issued))
        assert lair.connections == 0


@pytest.mark.parametrize(
    "kid",
    [
        "../../../../dev/null", "/dev/null", "' OR 1=1 --", "\0", "a\nERROR forged line",
        "a" * 1025, "a" * 10_000, 5, 0, None, [], ["a"], {}, True,
        "http://127.0.0.1:9/x", "", "é", "\ud800",
    ],
    ids=lambda kid: ascii(kid)[:12],
)  # fmt: skip
def test_j7_a_hostile_key_id_is_401_and_in_no_log(gate: Gate, mallory: Signer, kid: object) -> None:
    token = mallory.jws(gate.world, gate.good(), kid=kid)
    gate.refuses(token, "jwt", "both", allowed=(401, 431))
    assert not any(line.startswith("ERROR forged") for line in gate.world.node.lines)


def test_j8_the_key_of_another_issuer_signs_nothing_here(gate: Gate) -> None:
    """Also where it carries the same key id: see test_j9."""
    other = gate.world.spawn("idp2", "idp", "--listen", "127.0.0.1:0")
    second = Client(next(word for word in other.ready().split() if word.startswith("http")))
    token = str(
        second.post_json("/dev/mint", {"claims": {"iss": gate.world.issuer}}).json()["token"]
    )
    gate.world.secrets.add(token)
    gate.refuses(token)
    token = str(second.post_json("/dev/mint", {}).json()["token"])
    gate.world.secrets.add(token)
    gate.refuses(token)


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["x"]}, {"crit": []}, {"crit": ["exp"]}, {"crit": "x"}, {"crit": 0},
        {"crit": ["b64"], "b64": False}, {"b64": False}, {"b64": True}, {"crit": ["alg"]},
    ],
)  # fmt: skip
def test_j10_a_demanded_extension_is_401(gate: Gate, header: Json) -> None:
    gate.refuses(mint(gate.world, header=header), "jwt", "both", "twice")


def test_j11_a_name_that_comes_twice_is_401(gate: Gate) -> None:
    text = json.dumps(gate.good())[:-1]
    for more in (
        ', "sub": "root"}',
        ', "exp": 9999999999}',
        ', "s\\u0075b": "root"}',
        ', "x": 1, "x": 2}',
    ):
        gate.refuses(mint(gate.world, payload=text + more), "jwt", "both")
    nested = text + ', "a": {"b": 1, "b": 2}}'
    gate.refuses(mint(gate.world, payload=nested), "jwt")
    _, payload, signature = mint(gate.world).split(".")
    double = segment(b'{"alg":"none","alg":"RS256","kid":"%s"}' % gate.key_id.encode())
    gate.refuses(f"{double}.{payload}.{signature}", "jwt", "both")


def test_j12_a_broken_signature_or_shape_is_401(gate: Gate) -> None:
    token = mint(gate.world)
    head, payload, signature = token.split(".")
    flipped = base64url(bytes(byte ^ 0x5A for byte in _raw(signature)))
    body = f"{head}.{payload}"
    flat = {"payload": payload, "protected": head, "signature": signature}
    others: list[str] = [
        f"{body}.{flipped}", f"{body}.", body, f"{body}.{signature[:-8]}",
        f"{body}.{signature[4:]}", base64url(json.dumps(flat).encode()),
        f"{body}.{signature}AAAA", f"{token}.", f".{token}", f"{token}.x", f"{head}..{signature}",
        f".{payload}.{signature}", f"{payload}.{head}.{signature}", f"{token}{token}",
        "..", ".", "a.b",
        f"{head}.{payload}.{base64url(bytes(256))}", f"{body}.{base64url(bytes(255) + bytes([1]))}",
    ]  # fmt: skip
    for one in others:
        gate.refuses(one, "jwt", "both")


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_j16_another_spelling_of_the_same_bytes_is_401(gate: Gate) -> None:
    token = mint(gate.world)
    head, payload, signature = token.split(".")
    assert gate.world.get("/jwt/x", token).status == 200
    gate.upstream.seen.clear()
    last = signature[-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    place = alphabet.index(last)
    tails = [alphabet[place ^ bit] for bit in (1, 2, 3) if len(signature) % 4 == 2]
    others = [
        f"{token}=", f"{token}==", f"{head}=.{payload}.{signature}", f"{token} ", f" {token}x",
        f"{head}. {payload}.{signature}", token.replace("-", "+").replace("_", "/") + "=",
        f"{head}.{payload}%2e{signature}", token.replace(".", "\t."),
        f"{token}\xa0", f"{token}\xe9",
        *(f"{head}.{payload}.{signature[:-1]}{tail}" for tail in tails),
    ]  # fmt: skip
    for one in others:
        if one.strip(" ") == token:
            continue  # blanks around a value are not part of it (RFC 9110, 5.5)
        line = {"Authorization": f"Bearer {one}".encode().decode("latin-1")}
        assert gate.world.proxy.get("/jwt/x", line).status == 401, ascii(one[-12:])
        assert gate.world.proxy.get("/both/x", line).status == 401, ascii(one[-12:])
    assert not gate.upstream.seen


def test_j28_j29_encrypted_and_packed_tokens_are_401(gate: Gate) -> None:
    headers: list[Json] = [
        {"alg": "dir", "enc": "A256GCM"}, {"alg": "RSA1_5", "enc": "A128CBC-HS256"},
        {"alg": "PBES2-HS512+A256KW", "enc": "A256GCM", "p2c": 2**31, "p2s": "AA"},
        {"alg": "ECDH-ES", "enc": "A256GCM", "epk": {"kty": "EC", "crv": "P-256", "x": "AA"}},
        {"alg": "dir", "enc": "A256GCM", "zip": "DEF"},
    ]  # fmt: skip
    for header in headers:
        begun = time.monotonic()
        token = ".".join(
            [segment(header), "AAAA", base64url(bytes(12)), base64url(bytes(99)), "AAAA"]
        )
        gate.refuses(token, "jwt", "both")
        signed = ".".join([segment({**header, "kid": gate.key_id}), segment(gate.good()), "AAAA"])
        gate.refuses(signed, "jwt")
        assert time.monotonic() - begun < 5


def test_j30_deep_and_nested_tokens_are_401(gate: Gate) -> None:
    head, payload, signature = mint(gate.world).split(".")
    deep = b'{"a":' * 1000 + b"1" + b"}" * 1000
    gate.refuses(f"{segment(deep)}.{payload}.{signature}", "jwt", "both")
    lists = '{"x":' + "[" * 5000 + "]" * 5000 + "}"
    gate.refuses(mint(gate.world, payload=lists), "jwt", allowed=(401, 431))
    number = json.dumps(gate.good())[:-1] + ', "n": ' + "9" * 9000 + "}"
    gate.refuses(mint(gate.world, payload=number), "jwt", allowed=(401, 431))
    token = mint(gate.world)
    for _ in range(12):
        token = mint(gate.world, payload=token) if len(token) < 9000 else token
    gate.refuses(token, "jwt", allowed=(401, 431))
    assert head


@pytest.mark.parametrize(
    "size", [4_000, 8_191, 8_192, 12_000, 16_383, 16_385, 20_000, 60_000, 200_000]
)
def test_j31_a_large_token_has_a_defined_end(gate: Gate, size: int) -> None:
    """431 from the engine, 401 from the plugin; a body that is too large holds no credential."""
    token = mint(gate.world, claims={"pad": "x" * (size * 3 // 4)}, key="unknown")
    gate.refuses(token, "jwt", "both", allowed=(400, 401, 413, 414, 431))
    opaque = "x" * size
    gate.world.secrets.add(opaque)
    gate.refuses(opaque, "asked", allowed=(400, 401, 413, 414, 431))


def test_j32_tokens_that_differ_in_one_byte_are_judged_apart(gate: Gate) -> None:
    token = mint(gate.world)
    assert {gate.world.get("/jwt/x", token).status for _ in range(8)} == {200}
    gate.upstream.seen.clear()
    others = [
        token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        for place in range(len(token))
        if token[place] != "."
    ]
    gate.world.secrets.update(others)
    statuses = at_once(lambda one: gate.world.get("/jwt/x", one).status, others)
    assert set(statuses) == {401}
    assert not gate.upstream.seen
    assert gate.world.get("/jwt/x", token).status == 200


def test_j33_text_that_is_not_utf8_is_401(gate: Gate) -> None:
    head, payload, signature = mint(gate.world).split(".")
    text = json.dumps(gate.good()).encode()
    broken = (b"\xff\xfe", b"\xc0\xaf", b"\\ud800", b"\xed\xa0\x80")
    for lie in (
        b"\xef\xbb\xbf" + text, text + b"\0",
        *(text.replace(b"mallory", bad) for bad in broken),
        text.decode().encode("utf-16"), b"", b"[]", b"null", b'"x"', text + b" x", b"\0",
    ):  # fmt: skip
        gate.refuses(f"{head}.{segment(lie)}.{signature}", "jwt", "both")
    for written in (
        "\ufeff" + text.decode(),
        text.decode().replace("mallory", "\\ud800"),
        "[]",
        "5",
    ):
        gate.refuses(mint(gate.world, payload=written), "jwt", "both")
    assert payload
