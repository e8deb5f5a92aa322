import pytest
from pydantic import ValidationError

from gatepost.model import STORED, ServiceVersion
from tests.unit.model.saying import ID, mistakes

PACKAGE = "00000000-0000-4000-8000-000000000001"


def test_a_version_belongs_to_a_package_and_may_be_without_a_service() -> None:
    assert mistakes(ServiceVersion, version="1.0", service_package=PACKAGE) == {}
    assert mistakes(ServiceVersion).keys() == {"version", "service_package"}
    assert mistakes(
        ServiceVersion, version="1", service_package=PACKAGE, service="orders"
    ).keys() == {"service"}


@pytest.mark.parametrize("spec", ["", "hello", "[]", "{", "info: {}"])
def test_a_spec_is_an_openapi_document(spec: str) -> None:
    found = mistakes(ServiceVersion, version="1", service_package=PACKAGE, spec=spec)
    assert found.keys() == {"spec"}
    assert spec not in found.values()


def test_a_spec_has_a_mebibyte() -> None:
    spec = 'openapi: "3.1.0"\n# ' + "x" * (1024 * 1024)
    found = mistakes(ServiceVersion, version="1", service_package=PACKAGE, spec=spec)
    assert "1 MiB" in found["spec"]


def test_what_is_stored_is_not_read_again() -> None:
    body = {"id": ID, "version": "1", "service_package": PACKAGE, "spec": "none of these"}
    assert ServiceVersion.model_validate(body, context=STORED).spec == "none of these"
    with pytest.raises(ValidationError):
        ServiceVersion.model_validate(body)
