import pytest
from pydantic import ValidationError

from gatepost.plugins.openid_connect.config.issuer import IssuerFields


def test_what_is_written_is_what_is_read() -> None:
    assert (
        IssuerFields.model_validate(
            {"issuer": "https://a.example", "rediscovery_lifetime": 5}
        ).rediscovery_lifetime
        == 5
    )


def test_what_is_no_such_value_is_refused() -> None:
    with pytest.raises(ValidationError):
        IssuerFields.model_validate({"issuer": ""})
