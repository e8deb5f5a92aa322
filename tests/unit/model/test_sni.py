from gatepost.model import SNI
from tests.unit.model.saying import ID, OTHER, mistakes


def test_a_server_name_may_have_a_wildcard_and_is_lower_case() -> None:
    assert SNI(id=ID, name="*.Example.com", certificate=OTHER).name == "*.example.com"


def test_an_address_is_no_server_name() -> None:
    assert mistakes(SNI, name="10.0.0.1", certificate=OTHER).keys() == {"name"}


def test_the_certificate_is_required() -> None:
    assert mistakes(SNI, name="a") == {"certificate": "required field missing"}
