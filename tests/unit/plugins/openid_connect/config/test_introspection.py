import pytest
from pydantic import ValidationError

from gatepost.plugins.openid_connect.config.introspection import IntrospectionFields


def test_what_is_written_is_what_is_read() -> None:
    assert (
        IntrospectionFields.model_validate(
            {"introspection_accept": "application/jwt"}
        ).introspection_accept
        == "application/jwt"
    )


def test_what_is_no_such_value_is_refused() -> None:
    with pytest.raises(ValidationError):
        IntrospectionFields.model_validate({"introspection_accept": "text/html"})
