import pytest
from pydantic import ValidationError

from gatepost.plugins.openid_connect.config.login import LoginFields


def test_what_is_written_is_what_is_read() -> None:
    assert LoginFields.model_validate({"login_action": "upstream"}).login_action == "upstream"


def test_what_is_no_such_value_is_refused() -> None:
    with pytest.raises(ValidationError):
        LoginFields.model_validate({"login_action": "elsewhere"})
