import pytest
from pydantic import ValidationError

from gatepost.plugins.openid_connect.config.client import ClientFields


def test_what_is_written_is_what_is_read() -> None:
    assert ClientFields.model_validate(
        {"client_id": ["a"], "client_auth": ["none"]}
    ).client_auth == ("none",)


def test_what_is_no_such_value_is_refused() -> None:
    with pytest.raises(ValidationError):
        ClientFields.model_validate({"client_auth": ["magic"]})
