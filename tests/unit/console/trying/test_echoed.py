import json

import pytest

from gatepost.console.trying.echoed import of_echo

ECHO = {
    "headers_list": [["Host", "up"], ["X-A", "<b>"], "wrong", ["one"]], "method": "GET",
    "path": "/a", "origin": "127.0.0.1", "http_version": "1.1", "data": "hello",
}  # fmt: skip


def test_the_echo_tells_what_it_received() -> None:
    told = of_echo({"body": json.dumps(ECHO)})
    assert told is not None
    assert told["headers"] == [["Host", "up"], ["X-A", "<b>"]]
    assert told["body"] == "hello"
    assert ("Path", "/a") in told["line"]


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "no",
        "[]",
        "7",
        '{"method": "GET"}',
        json.dumps({**ECHO, "headers_list": 7}),
        "[" * 99_999,
    ],
)
def test_an_answer_of_somebody_else_is_none_of_the_echo(body: str | None) -> None:
    assert of_echo({"body": body}) is None
