from gatepost.model import ServicePackage
from tests.unit.model.saying import mistakes


def test_a_package_needs_only_its_name() -> None:
    assert mistakes(ServicePackage, name="Orders") == {}
    assert mistakes(ServicePackage).keys() == {"name"}
    assert mistakes(ServicePackage, name=1, document=2).keys() == {"name", "document"}


def test_a_document_may_say_anything_of_secrets() -> None:
    text = "Write `{vault://env/NAME}` there, or ${{ this }}."
    assert mistakes(ServicePackage, name="Orders", document=text) == {}
