import pytest
from pydantic import ValidationError

from gatepost.plugins.openid_connect.config.headers import HeaderClaim, HeaderFields


def test_what_is_written_is_what_is_read() -> None:
    assert HeaderFields.model_validate(
        {"upstream_headers": [{"header": "x-a", "path": ["a"]}]}
    ).upstream_headers == (HeaderClaim(header="x-a", path=("a",)),)


def test_what_is_no_such_value_is_refused() -> None:
    with pytest.raises(ValidationError):
        HeaderFields.model_validate({"upstream_headers": [{"header": "x-a", "path": []}]})
