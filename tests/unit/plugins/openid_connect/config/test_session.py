import pytest
from pydantic import ValidationError

from gatepost.plugins.openid_connect.config.session import SessionFields


def test_what_is_written_is_what_is_read() -> None:
    assert SessionFields.model_validate({"session_storage": "cookie"}).session_storage == "cookie"


def test_what_is_no_such_value_is_refused() -> None:
    with pytest.raises(ValidationError):
        SessionFields.model_validate({"session_memcached_port": 70000})
