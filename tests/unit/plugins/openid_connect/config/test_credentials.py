import pytest
from pydantic import ValidationError

from gatepost.plugins.openid_connect.config.credentials import CredentialFields


def test_what_is_written_is_what_is_read() -> None:
    assert CredentialFields.model_validate(
        {"bearer_token_param_type": ["cookie"]}
    ).bearer_token_param_type == ("cookie",)


def test_what_is_no_such_value_is_refused() -> None:
    with pytest.raises(ValidationError):
        CredentialFields.model_validate({"client_credentials_param_type": ["cookie"]})
