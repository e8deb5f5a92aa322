import pytest
from pydantic import ValidationError

from gatepost.plugins.openid_connect.config.verification import VerificationFields


def test_what_is_written_is_what_is_read() -> None:
    assert VerificationFields.model_validate({"leeway": 5, "max_age": 60}).max_age == 60


def test_what_is_no_such_value_is_refused() -> None:
    with pytest.raises(ValidationError):
        VerificationFields.model_validate({"leeway": -1})
