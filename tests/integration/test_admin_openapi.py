"""The Admin API is what its OpenAPI document says: requests made from it, answers held to it."""

from collections.abc import Iterator

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.integration.admin_world import Admin, control_plane

pytestmark = pytest.mark.integration

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EACH = hypothesis.settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.fixture(scope="module")
def admin() -> Iterator[Admin]:
    with control_plane() as running:
        yield running


def test_no_request_breaks_it_and_every_answer_is_as_promised(admin: Admin) -> None:
    schema = schemathesis.openapi.from_dict(admin.get("/openapi.json"))
    schema.config.update(base_url=f"http://127.0.0.1:{admin.port}")
    count = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @hypothesis.given(case=operation.as_strategy())
        @EACH
        def hold(case: schemathesis.Case) -> None:
            nonlocal count
            count += 1
            case.call_and_validate(checks=CHECKS, timeout=10)

        hold()
    assert count > 300
