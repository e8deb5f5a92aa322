from collections.abc import Callable, Mapping

import pytest

from gatepost.oidc import Key, KeySet, Signer, UnknownKey, Unverified, sign
from gatepost.oidc.answer import ANSWER_LIMIT, bad_answer
from gatepost.oidc.claim_types import WrongType
from gatepost.oidc.signer import read_signed
from gatepost.values import By, Fault, Secret

Mint = Callable[..., str]


@pytest.fixture
def signer(keys: KeySet) -> Signer:
    return Signer(keys, "https://issuer.example", "gate")


def _payload(token: Unverified) -> Mapping[str, object]:
    return token.payload


def _fault(body: bytes, signer: Signer, error: Exception | None = None) -> Fault:
    def judge(token: Unverified) -> Mapping[str, object]:
        if error is not None:
            raise error
        return token.payload

    with pytest.raises(Fault) as raised:
        read_signed(body, signer, judge, what="test")
    assert raised.value.by is By.PROVIDER
    return raised.value


def test_a_signed_answer_is_what_its_judge_takes_from_it(mint: Mint, signer: Signer) -> None:
    text = mint()
    claims, jwt = read_signed(f" {text}\n".encode(), signer, _payload, what="test")
    assert claims["sub"] == "alice"
    assert jwt == Secret(text)


@pytest.mark.parametrize("body", [b"", b"\xff", b"opaque", b"{}", b"a.b.c", b'{"sub":"a"}'])
def test_what_is_no_signed_token_is_the_providers_failure(body: bytes, signer: Signer) -> None:
    assert _fault(body, signer).code == "provider.bad_answer"


def test_an_enormous_answer_is_not_looked_at(signer: Signer) -> None:
    fault = _fault(b"a" * (ANSWER_LIMIT + 1), signer)
    assert "larger" in str(fault)


def test_a_forged_answer_is_refused(mint: Mint, signer: Signer, stranger: Key) -> None:
    fault = _fault(mint(key=stranger).encode(), signer)
    assert (fault.code, fault.cause) == ("provider.bad_answer", "token.signature, None")
    unsigned = _fault(b"eyJhbGciOiJub25lIn0.e30.", signer)
    assert (unsigned.code, unsigned.cause) == (
        "provider.bad_answer",
        "token.algorithm, alg is none",
    )


def test_an_unknown_key_lets_the_caller_fetch_keys(mint: Mint, signer: Signer) -> None:
    fault = _fault(mint(header={"kid": "new"}).encode(), signer)
    assert isinstance(fault, UnknownKey)
    assert fault.code == "provider.unknown_key"


def test_only_the_named_algorithms_and_the_secret_count(mint: Mint, keys: KeySet) -> None:
    narrow = Signer(keys, "https://i", "gate", algorithms=frozenset({"ES256"}))
    assert _fault(mint().encode(), narrow).code == "provider.bad_answer"
    text = sign({"sub": "a"}, Secret("canary"))
    secret = Signer(keys, "https://i", "gate", Secret("canary"))
    assert read_signed(text.encode(), secret, _payload, what="test")[0] == {"sub": "a"}
    assert _fault(text.encode(), Signer(keys, "https://i", "gate")).code == "provider.bad_answer"
    assert "canary" not in repr(secret)


def test_what_the_judge_refuses_is_the_providers_failure(mint: Mint, signer: Signer) -> None:
    body = mint().encode()
    assert _fault(body, signer, WrongType("exp is odd")).cause == "exp is odd"
    client = Fault("token.expired", "Over.", by=By.CLIENT, cause="exp is 1")
    assert _fault(body, signer, client).cause == "token.expired, exp is 1"
    own = bad_answer("test", "of its own")
    assert _fault(body, signer, own) is own


def test_the_judge_sees_only_what_is_truly_signed(
    mint: Mint, signer: Signer, stranger: Key
) -> None:
    seen: list[Unverified] = []

    def judge(token: Unverified) -> Mapping[str, object]:
        seen.append(token)
        return token.payload

    with pytest.raises(Fault):
        read_signed(mint(key=stranger).encode(), signer, judge, what="test")
    assert not seen
