import pytest
from pydantic import ValidationError

from gatepost.plugins.openid_connect.config.access import AccessFields


def test_what_is_written_is_what_is_read() -> None:
    assert AccessFields.model_validate(
        {"scopes_required": ["a b", "c"], "consumer_claims": [["a", "b"]]}
    ).scopes_required == ("a b", "c")


def test_what_is_no_such_value_is_refused() -> None:
    with pytest.raises(ValidationError):
        AccessFields.model_validate({"scopes_claim": []})
