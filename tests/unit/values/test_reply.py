import pytest

from gatepost.values import Headers, Reply


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", "application/json"),
        ("Application/JSON ; charset=utf-8", "application/json"),
        ("", ""),
        (None, ""),
    ],
)
def test_the_media_type_is_read_without_case_and_parameters(
    content_type: str | None, expected: str
) -> None:
    fields = [("Content-Type", content_type)] if content_type is not None else []
    assert Reply(200, Headers(fields)).media_type() == expected


def test_a_body_is_not_printed() -> None:
    assert "hush-hush" not in repr(Reply(200, body=b"hush-hush"))
