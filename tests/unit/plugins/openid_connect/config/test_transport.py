import pytest
from pydantic import ValidationError

from gatepost.plugins.openid_connect.config.transport import TransportFields


def test_what_is_written_is_what_is_read() -> None:
    assert TransportFields.model_validate({"timeout": 500}).timeout == 500


def test_what_is_no_such_value_is_refused() -> None:
    with pytest.raises(ValidationError):
        TransportFields.model_validate({"timeout": 0})
