from gatepost.model import AclGroup, BasicAuthCredential, KeyAuthCredential
from gatepost.model.credential import hashed_password
from tests.unit.model.saying import ID, OTHER, mistakes


def test_a_key_belongs_to_a_consumer_and_is_never_shown() -> None:
    key = KeyAuthCredential(id=ID, consumer=OTHER, key="a-very-secret-key")
    assert "a-very-secret-key" not in repr(key)
    assert mistakes(KeyAuthCredential, key="k") == {"consumer": "required field missing"}
    assert mistakes(KeyAuthCredential, consumer=OTHER, key="k", ttl=-1).keys() == {"ttl"}


def test_a_password_is_kept_as_a_hash_that_is_the_same_for_the_same_consumer() -> None:
    one, again = (
        BasicAuthCredential.model_validate(
            {"id": ID, "consumer": OTHER, "username": "ann", "password": "plain-password"}
        )
        for _ in range(2)
    )
    assert "plain-password" not in one.canonical
    assert one == again
    assert one.password == hashed_password("plain-password", OTHER)
    assert one.password != hashed_password("plain-password", ID)


def test_a_hash_is_not_hashed_again() -> None:
    hashed = hashed_password("plain-password", OTHER)
    kept = BasicAuthCredential.model_validate(
        {"id": ID, "consumer": OTHER, "username": "ann", "password": hashed}
    )
    assert kept.password == hashed


def test_a_group_of_an_access_list_is_a_text() -> None:
    assert mistakes(AclGroup, consumer=OTHER, group="api-admins") == {}
    assert mistakes(AclGroup, consumer=OTHER, group="").keys() == {"group"}
