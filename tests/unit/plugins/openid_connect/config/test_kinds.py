from typing import Annotated

import pytest
from pydantic import ValidationError

from gatepost.plugin.shape import Like
from gatepost.plugins.openid_connect.config.kinds import (
    EndpointUrl,
    Fields,
    HeaderName,
    Record,
    Texts,
    is_reference,
    later,
    works,
)


class Small(Fields):
    port: int = works(6379, "A port.")


class Sample(Fields):
    texts: Texts | None = works(None, "Texts.")
    url: EndpointUrl | None = works(None, "An address.")
    header: HeaderName = works("x-a", "A header.")
    quiet: str | None = later(None, "Not yet.")
    redis: Annotated[Record, Like(Small)] | None = later(None, "Not yet either.", filled=True)
    hidden: str | None = works(None, "A secret.", secret=True)


def errors(**fields: object) -> list[str]:
    try:
        Sample.model_validate(fields)
    except ValidationError as error:
        return [one["type"] for one in error.errors(include_url=False, include_context=False)]
    return []


def test_a_list_is_read_and_kept_immutable() -> None:
    assert Sample.model_validate({"texts": ["a", "b"]}).texts == ("a", "b")
    assert errors(texts="a")
    assert errors(texts=[1])


@pytest.mark.parametrize("url", ["ftp://x", "https://a@b", "https://x/ y", "x", "https://x/#f", ""])
def test_an_address_that_cannot_be_called_is_refused(url: str) -> None:
    assert errors(url=url) == ["address"]


def test_a_reference_is_checked_later() -> None:
    assert is_reference("{vault://env/A}")
    assert not is_reference("https://{vault://env/A}")
    assert errors(url="{vault://env/A}") == []


@pytest.mark.parametrize("name", ["", "a b", "a:b", "ä", "a\r\nb"])
def test_a_header_name_is_a_header_name(name: str) -> None:
    assert errors(header=name)


def test_a_field_that_is_not_at_work_accepts_only_its_default() -> None:
    assert errors(quiet=None) == []
    assert errors(quiet="x") == ["not_at_work"]
    assert errors(redis={"port": 6379, "host": None}) == []
    assert errors(redis={"port": 1}) == ["not_at_work"]
    assert errors(redis={"other": "x"}) == ["not_at_work"]


def test_a_secret_field_is_not_printed() -> None:
    assert "canary" not in repr(Sample(hidden="canary"))


def test_numbers_are_finite() -> None:
    from gatepost.plugins.openid_connect.config.verification import VerificationFields

    for value in (float("nan"), float("inf"), True, "1"):
        with pytest.raises(ValidationError):
            VerificationFields.model_validate({"leeway": value})
