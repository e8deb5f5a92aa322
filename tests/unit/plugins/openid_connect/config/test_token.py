import pytest
from pydantic import ValidationError

from gatepost.plugins.openid_connect.config.token import TokenFields


def test_what_is_written_is_what_is_read() -> None:
    assert TokenFields.model_validate({"scopes": ["a"], "audience": ["b"]}).audience == ("b",)


def test_what_is_no_such_value_is_refused() -> None:
    with pytest.raises(ValidationError):
        TokenFields.model_validate({"token_headers_grants": ["magic"]})
