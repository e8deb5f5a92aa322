from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message

from gatepost.admin.bodies import LIMIT, Given, read_body, read_bytes
from gatepost.admin.problem import Refused

pytestmark = pytest.mark.anyio


def request(kind: str, *pieces: bytes, length: int | None = None) -> Request:
    left = list(pieces)

    async def receive() -> Message:
        if not left:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    headers = [(b"content-type", kind.encode())] if kind else []
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


async def refused(kind: str, *pieces: bytes, length: int | None = None) -> tuple[int, Any]:
    with pytest.raises(Refused) as caught:
        await read_body(request(kind, *pieces, length=length))
    return caught.value.status, caught.value.body["message"]


async def test_json_forms_and_nothing_are_read() -> None:
    assert await read_body(request("", b"")) == Given({})
    assert await read_body(request("application/json; charset=utf-8", b'{"a"', b":1}")) == Given(
        {"a": 1}
    )
    form = request("application/x-www-form-urlencoded", b"a.b=%C3%A4&a.c=1+2")
    assert await read_body(form) == Given({"a": {"b": "ä", "c": "1 2"}}, texts=True)
    parts = b'--x\r\nContent-Disposition: form-data; name="a[]"\r\n\r\n1\r\n--x--\r\n'
    assert await read_body(request("multipart/form-data; boundary=x", parts)) == Given(
        {"a": ["1"]}, texts=True
    )


async def test_a_bad_body_says_what_is_bad() -> None:
    assert await refused("text/plain", b"x") == (
        415,
        "Unsupported media type; send JSON or a form",
    )
    form = "application/x-www-form-urlencoded"
    assert (await refused(form, b"a=%ff"))[1] == "Cannot parse the form: it is not UTF-8 text"
    assert (await refused(form, b"a=%00"))[0] == 400
    assert "more than" in (await refused(form, b"&".join([b"a=1"] * 2000)))[1]
    for boundary, body in (("; boundary=x", b"--x"), ("", b"x"), ("; boundary=x", b"\xff" * 100)):
        assert (await refused(f"multipart/form-data{boundary}", body))[0] == 400


async def test_a_long_body_is_refused_by_its_length_or_when_it_gets_long() -> None:
    assert (await refused("application/json", b"{}", length=LIMIT + 1))[0] == 413
    with pytest.raises(Refused, match="longer than 3 bytes"):
        await read_bytes(request("application/json", b"12", b"34"), limit=3)
    assert await read_bytes(request("application/json", b"12", b"3"), limit=3) == b"123"


async def test_a_body_that_ends_early_is_refused() -> None:
    with pytest.raises(Refused, match="ended early"):
        await read_bytes(Request({"type": "http", "headers": []}, request("").receive))


def test_a_form_is_typed_and_json_is_left_as_it_is() -> None:
    fields = [{"port": {"type": "integer"}}]
    assert Given({"port": "80"}, texts=True).typed(fields) == {"port": 80}
    assert Given({"port": "80"}).typed(fields) == {"port": "80"}
