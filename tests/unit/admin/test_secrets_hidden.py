from gatepost.admin.secrets_hidden import hidden, put_back
from gatepost.model import Violation


def test_secrets_are_masked_and_references_are_not() -> None:
    assert hidden("keyauth_credentials", {"key": "s", "ttl": None}) == {
        "key": "{masked}",
        "ttl": None,
    }
    assert hidden("keyauth_credentials", {"key": "{vault://env/K}"})["key"] == "{vault://env/K}"
    assert hidden("keys", {"jwk": None, "pem": {"private_key": "p", "public_key": "q"}}) == {
        "jwk": None,
        "pem": {"private_key": "{masked}", "public_key": "q"},
    }


def test_a_mask_stands_for_what_is_stored() -> None:
    stored = {"key": "s", "pem": {"private_key": "p"}}
    assert put_back("keyauth_credentials", {"key": "{masked}"}, stored) == ({"key": "s"}, [])
    sent = {"pem": {"private_key": "{masked}", "public_key": "q"}}
    whole, found = put_back("keys", sent, stored)
    assert whole == {"pem": {"private_key": "p", "public_key": "q"}}
    assert not found
    assert sent["pem"]["private_key"] == "{masked}"


def test_a_mask_with_nothing_behind_it_is_a_mistake() -> None:
    for stored in (None, {}):
        _, found = put_back("keyauth_credentials", {"key": "{masked}"}, stored)
        assert found == [Violation(("key",), "nothing is stored here for {masked}")]
