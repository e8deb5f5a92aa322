import json
from collections.abc import Callable

import pytest

from gatepost.oidc import Key, KeySet, UnknownKey, generate, parse, sign, verify
from gatepost.oidc.jose import SHARED_SECRET, read_key
from gatepost.oidc.key_set import MAX_KEYS
from gatepost.values import By, Fault, Secret

Mint = Callable[..., str]


def _anonymous(key: Key) -> dict[str, object]:
    return {k: v for k, v in key.jwk.items() if k not in ("kid", "alg")}


def _code(text: str, keys: KeySet, **options: Secret | frozenset[str]) -> str:
    with pytest.raises(Fault) as raised:
        verify(parse(text), keys, **options)  # type: ignore[arg-type]
    assert raised.value.by is By.CLIENT
    return raised.value.code


def test_the_key_that_signed_is_named(mint: Mint, keys: KeySet, ec: Key) -> None:
    assert verify(parse(mint()), keys).kid == "rsa-1"
    assert verify(parse(mint(key=ec)), keys).jwk["crv"] == "P-256"


def test_a_stranger_under_a_known_name_is_refused(mint: Mint, keys: KeySet, stranger: Key) -> None:
    assert _code(mint(key=stranger), keys) == "token.signature"


@pytest.mark.parametrize(
    "kid", ["../../dev/null", "' OR 1=1", "\x00", "https://evil.example/k", "a\nb", "", "RSA-1"]
)
def test_a_strange_key_id_is_only_unknown(mint: Mint, keys: KeySet, kid: str) -> None:
    with pytest.raises(UnknownKey) as raised:
        verify(parse(mint(header={"kid": kid})), keys)
    assert raised.value.code == "token.unknown_key"
    assert not kid or kid not in str(raised.value)


def test_a_key_in_the_header_is_never_used(mint: Mint, keys: KeySet, stranger: Key) -> None:
    for header in (
        {"jwk": dict(stranger.jwk)},
        {"jku": "http://127.0.0.1:9/k", "x5u": "http://127.0.0.1:9/c"},
        {"x5c": ["MIIB"]},
    ):
        assert _code(mint(key=stranger, header=header), keys) == "token.signature"
        with pytest.raises(UnknownKey):
            verify(parse(mint(key=stranger, header={**header, "kid": "own"})), keys)


def test_an_algorithm_that_is_not_allowed_is_refused(mint: Mint, keys: KeySet, rsa: Key) -> None:
    assert _code(mint(), keys, algorithms=frozenset({"ES256"})) == "token.algorithm"
    for alg in ("ES256K", "RSA-OAEP", "dir", "", "rs256", "HS256"):
        text = sign({}, rsa)
        head = parse(sign({}, Secret("s"), alg="HS256", header={"alg": alg})).header
        forged = parse(text)
        forged.header.update(head)
        with pytest.raises(Fault) as raised:
            verify(forged, keys)
        assert raised.value.code == "token.algorithm", alg


def test_rs256_against_ps256_depends_on_what_the_key_declares(rsa: Key, keys: KeySet) -> None:
    text = sign({}, rsa, alg="PS256")
    assert _code(text, keys) == "token.unknown_key"
    assert verify(parse(text), KeySet((read_key({**_anonymous(rsa), "kid": "rsa-1"}),)))


def test_hs256_needs_a_secret_and_never_takes_a_key(keys: KeySet) -> None:
    text = sign({"sub": "a"}, Secret("s3cret"), alg="HS256")
    assert _code(text, keys) == "token.algorithm"
    assert _code(text, keys, secret=Secret("")) == "token.algorithm"
    assert _code(text, keys, secret=Secret("other")) == "token.signature"
    assert verify(parse(text), keys, secret=Secret("s3cret")) is SHARED_SECRET


def test_a_secret_does_not_weaken_asymmetric_tokens(
    mint: Mint, keys: KeySet, stranger: Key
) -> None:
    assert verify(parse(mint()), keys, secret=Secret("s")).kid == "rsa-1"
    assert _code(mint(key=stranger), keys, secret=Secret("s")) == "token.signature"


def test_keys_of_one_name_are_told_apart_by_algorithm(mint: Mint) -> None:
    rsa, ec, decoy = generate("RS256", "same"), generate("ES256", "same"), generate("PS256", "same")
    keys = KeySet.read(KeySet((decoy, rsa, ec)).public(), "i")
    assert verify(parse(mint(key=ec)), keys).kty == "EC"
    assert verify(parse(mint(key=rsa)), keys).alg == "RS256"


def test_without_a_name_the_one_fitting_key_is_taken(mint: Mint, rsa: Key, ec: Key) -> None:
    keys = KeySet.read({"keys": [_anonymous(rsa), _anonymous(ec)]}, "i")
    assert verify(parse(mint(header={"kid": None})), keys).kty == "RSA"


def test_without_a_name_three_keys_are_tried_but_not_four(mint: Mint) -> None:
    signers = [generate("ES256", f"k{n}") for n in range(4)]
    text = mint(key=signers[2], header={"kid": None})
    assert verify(parse(text), KeySet(tuple(signers[:3]))).kid == "k2"
    assert _code(text, KeySet(tuple(signers))) == "token.unknown_key"


def test_a_named_token_does_not_match_a_key_without_a_name(mint: Mint, rsa: Key) -> None:
    keys = KeySet.read({"keys": [_anonymous(rsa)]}, "i")
    assert _code(mint(), keys) == "token.unknown_key"


def test_unusable_keys_are_left_out_and_the_others_work(mint: Mint, rsa: Key) -> None:
    strange: list[object] = [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "rsa-1"},
        {"kty": "future", "kid": "f"},
        {**rsa.jwk, "use": "enc"},
        {**rsa.jwk, "d": "AQAB"},
        "text",
        None,
    ]
    keys = KeySet.read(json.dumps({"keys": [*strange, dict(rsa.jwk)]}).encode(), "i")
    assert len(keys.keys) == 1
    assert len(keys.notes) == len(strange)
    assert verify(parse(mint()), keys).kid == "rsa-1"
    assert not any("c2VjcmV0" in note for note in keys.notes)


def test_ten_thousand_keys_are_bounded(ec: Key) -> None:
    keys = KeySet.read({"keys": [dict(ec.jwk)] * 10_000}, "i")
    assert len(keys.keys) == MAX_KEYS
    assert "10000 keys" in keys.notes[-1]


@pytest.mark.parametrize(
    "document", [b"", b"<html>", b"[]", b"{}", b'{"keys":{}}', b'{"keys":[],"keys":[]}', b"\xff"]
)
def test_what_is_no_key_document_is_the_providers_fault(document: bytes) -> None:
    with pytest.raises(Fault) as raised:
        KeySet.read(document, "i")
    assert (raised.value.code, raised.value.by) == ("provider.bad_keys", By.PROVIDER)


def test_an_empty_document_is_an_empty_set() -> None:
    assert KeySet.read(b'{"keys":[]}', "i") == KeySet((), "i", ())


def test_sets_are_joined_in_order(rsa: Key, ec: Key, mint: Mint) -> None:
    joined = KeySet((rsa,), "i", ("a",)).joined(KeySet((ec,), "j", ("b",)))
    assert (joined.issuer, joined.notes) == ("i", ("a", "b"))
    assert joined.kids() == {"rsa-1", "ec-1"}
    assert verify(parse(mint(key=ec)), joined).kid == "ec-1"


def test_the_published_document_holds_no_private_part(rsa: Key, ec: Key) -> None:
    document = KeySet((rsa, ec)).public()
    published = document["keys"]
    assert isinstance(published, list)
    assert not {"d", "p", "q", "dp", "dq", "qi"} & {name for jwk in published for name in jwk}
    assert len(KeySet.read(document, "i").keys) == 2


def test_every_changed_byte_of_a_token_is_noticed(mint: Mint, keys: KeySet, ec: Key) -> None:
    text = mint(key=ec)
    for position in range(0, len(text), 7):
        other = "A" if text[position] != "A" else "B"
        with pytest.raises(Fault):
            verify(parse(text[:position] + other + text[position + 1 :]), keys)


def test_a_named_shared_secret_algorithm_is_the_only_one(keys: KeySet, mint: Mint) -> None:
    secret = Secret("s")
    for alg in ("HS256", "HS384", "HS512"):
        text = sign({"a": 1}, secret, alg=alg)
        assert verify(parse(text), keys, secret=secret) is SHARED_SECRET
        only = frozenset({"HS384"})
        if alg == "HS384":
            assert verify(parse(text), keys, secret=secret, algorithms=only) is SHARED_SECRET
        else:
            assert _code(text, keys, secret=secret, algorithms=only) == "token.algorithm"
        assert _code(text, keys, algorithms=only) == "token.algorithm"
    assert _code(mint(), keys, secret=secret, algorithms=frozenset({"HS256"})) == "token.algorithm"
