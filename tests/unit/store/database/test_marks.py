import pytest

from gatepost.model import CATALOG
from gatepost.store.database.marks import Marks, marks_of, unique_value
from gatepost.store.database.sealing import Seal
from tests.databases import new

SEAL = Seal(b"0123456789abcdef")
ID = "00000000-0000-4000-8000-000000000001"


def marks(kind: str, **fields: object) -> Marks:
    return marks_of(kind, new(kind, **fields).model_dump(mode="json"), SEAL)


def test_a_field_that_is_absent_collides_with_nothing() -> None:
    assert marks("services", host="h").uniques == frozenset()
    assert marks("services", host="h", name="One").uniques == {("name", "One")}


def test_names_fold_where_the_catalog_says_so() -> None:
    assert marks("upstreams", name="Up.Test").uniques == {("name", "up.test")}


def test_several_fields_are_unique_together_and_an_absent_one_counts() -> None:
    (scope,) = marks("plugins", name="cors", route=ID).uniques
    assert scope == ("name,service,route,consumer", f'["cors", null, "{ID}", null]')


def test_a_secret_stands_there_as_a_digest() -> None:
    ((field, value),) = marks("keyauth_credentials", consumer=ID, key="s3cret").uniques
    assert field == "key"
    assert value == SEAL.digest("s3cret", "keyauth_credentials", "key")


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b"])
def test_what_no_index_could_hold_stands_there_as_a_digest(name: str) -> None:
    value = unique_value(CATALOG["consumers"], ("username",), {"username": name}, SEAL)
    assert len(value) == 64


def test_references_are_links_one_by_one() -> None:
    other = ID[:-1] + "2"
    found = marks("services", host="h", protocol="https", ca_certificates=[ID, other])
    assert found.links == {
        ("ca_certificates", "ca_certificates", ID),
        ("ca_certificates", "ca_certificates", other),
    }
    assert marks("routes", paths=["/"], service=ID).links == {("service", "services", ID)}


def test_rows_are_in_one_order() -> None:
    found = marks("services", host="h", name="n", tags=["b", "a"]).rows()
    assert found == ([{"field": "name", "value": "n"}], [], [{"tag": "a"}, {"tag": "b"}])
