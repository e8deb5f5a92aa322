import pytest

from gatepost.model import Key, KeySet
from tests.unit.model.saying import ID, mistakes

JWK = '{"kty":"oct","k":"c2VjcmV0","kid":"a"}'


def test_a_key_is_a_jwk_or_a_pem_and_not_both() -> None:
    assert mistakes(Key, kid="a", jwk=JWK) == {}
    assert mistakes(Key, kid="a", pem={"public_key": "x", "private_key": None}) == {}
    assert "exactly one" in mistakes(Key, kid="a")[""]
    assert "exactly one" in mistakes(Key, kid="a", jwk=JWK, pem={"public_key": "x"})[""]


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"kty":5}'])
def test_a_jwk_is_a_json_object_with_a_kty(text: str) -> None:
    assert mistakes(Key, kid="a", jwk=text).keys() == {"jwk"}


def test_a_jwk_may_be_written_as_a_map_or_be_a_reference() -> None:
    written = Key.model_validate({"id": ID, "kid": "a", "jwk": {"kty": "oct", "kid": "a"}})
    assert written.jwk == '{"kid":"a","kty":"oct"}'
    assert mistakes(Key, kid="a", jwk="{vault://env/KEY}") == {}


def test_the_kid_is_that_of_the_jwk() -> None:
    assert mistakes(Key, kid="b", jwk=JWK).keys() == {"kid"}


def test_what_a_key_holds_is_never_shown() -> None:
    assert "c2VjcmV0" not in repr(Key(id=ID, kid="a", jwk=JWK))


def test_a_key_set_may_be_without_a_name() -> None:
    assert mistakes(KeySet) == {}
