from gatepost.plugins.openid_connect.tags import issued_at, number, tags_of
from gatepost.values import Tag, TagKind
from tests.unit.plugins.openid_connect.provider_script import KEY


def test_everything_revocable_is_tagged_under_the_tokens_issuer() -> None:
    claims = {"iss": "i", "sub": "s", "jti": "j", "sid": "d", "client_id": "c", "azp": "c"}
    assert set(tags_of(claims, "configured", instance="p", key=KEY)) == {
        Tag.of(TagKind.ISSUER, "i"),
        Tag.of(TagKind.SUBJECT, "i", "s"),
        Tag.of(TagKind.TOKEN_ID, "i", "j"),
        Tag.of(TagKind.SESSION, "i", "d"),
        Tag.of(TagKind.LOGIN, "i", "sid", "d"),
        Tag.of(TagKind.CLIENT, "i", "c"),
        Tag.of(TagKind.KEY, "i", "key-1"),
        Tag.of(TagKind.KEY, "configured", "key-1"),
        Tag.of(TagKind.PLUGIN, "p"),
    }


def test_claims_of_another_type_name_nothing() -> None:
    claims = {"iss": 1, "sub": ["s"], "jti": None, "sid": "", "client_id": {}}
    assert tags_of(claims, "configured", instance="") == (Tag.of(TagKind.ISSUER, "configured"),)


def test_only_a_number_says_when() -> None:
    assert issued_at({"iat": 5}) == 5.0
    assert [issued_at({"iat": value}) for value in (True, "5", None)] == [None, None, None]
    assert number({"exp": 1.5}, "exp") == 1.5
