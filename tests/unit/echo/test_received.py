import pytest

from gatepost.echo.received import TooLongError, describe, read_body


def scope(**more: object) -> dict[str, object]:
    return {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "http_version": "1.1",
        "path": "/anything/a/b",
        "raw_path": b"/anything/a%2fb",
        "query_string": b"",
        "headers": [(b"host", b"up:1")],
        "client": ("127.0.0.1", 5),
        **more,
    }


def test_the_path_is_shown_as_it_came() -> None:
    shown = describe(scope(query_string=b"q=%31&q"), b"", name="up")
    assert shown["path"] == "/anything/a%2fb?q=%31&q"
    assert shown["url"] == "http://up:1/anything/a%2fb?q=%31&q"


def test_an_absolute_form_target_is_shown_whole() -> None:
    shown = describe(scope(**{"gatepost.target": b"http://x/anything"}), b"", name="up")
    assert shown["target"] == "http://x/anything"


def test_repeated_headers_are_all_in_the_list_and_joined_in_the_object() -> None:
    raw = [(b"X-A", b"1"), (b"x-a", b"2"), (b"Host", b"up")]
    shown = describe(scope(**{"gatepost.headers": raw}), b"", name="up")
    assert shown["headers_list"] == [("X-A", "1"), ("x-a", "2"), ("Host", "up")]
    assert shown["headers"] == {"X-A": "1,2", "Host": "up"}


def test_repeated_arguments_become_a_list_and_blank_ones_stay() -> None:
    shown = describe(scope(query_string=b"a=1&b=&a=2&a=3"), b"", name="up")
    assert shown["args"] == {"a": ["1", "2", "3"], "b": ""}


def test_a_body_that_is_not_text_is_shown_in_base64() -> None:
    assert describe(scope(), b"\xff", name="up")["data"] == (
        "data:application/octet-stream;base64,/w=="
    )
    assert describe(scope(), "ä".encode(), name="up")["data"] == "ä"


@pytest.mark.anyio
async def test_a_body_past_the_limit_is_not_kept() -> None:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"x" * 10, "more_body": True}

    with pytest.raises(TooLongError):
        await read_body(receive, limit=25)
