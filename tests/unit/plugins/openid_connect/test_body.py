from typing import Any

import pytest

from tests.unit.plugins.openid_connect.provider_script import Gate, code, jwt, status

pytestmark = pytest.mark.anyio
ONLY: dict[str, Any] = {"auth_methods": ["bearer"]}
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


async def posted(media: str, body: bytes) -> Any:
    return await Gate(**ONLY).ask(("Content-Type", media), method="POST", body=body)


@pytest.mark.parametrize(
    ("media", "body"),
    [
        (JSON, b'{"access_token":"%s","x":null}' % jwt().encode()),
        ("application/json; charset=utf-8", b'{"access_token":"%s"}' % jwt().encode()),
        (FORM, b"x=1&access_token=%s" % jwt().encode()),
    ],
)
async def test_a_token_is_found_in_a_form_or_an_object(media: str, body: bytes) -> None:
    assert status(await posted(media, body)) == 200


@pytest.mark.parametrize(
    ("media", "body"),
    [
        (JSON, b'{"access_token":null}'),
        (JSON, b"[]"),
        (JSON, b"not json"),
        (JSON, b'{"access_token":"a","access_token":"b"}'),
        (JSON, b""),
        (FORM, b"\xff\xfe"),
        (FORM, b"a=1"),
        ("text/plain", b"access_token=x"),
        ("multipart/form-data; boundary=x", b"access_token=x"),
        (JSON, b'{"a":"' + b"x" * 70_000 + b'","access_token":"y"}'),
    ],
)
async def test_a_body_without_a_token_holds_no_credential(media: str, body: bytes) -> None:
    assert code(await posted(media, body)) == "credential.absent"


@pytest.mark.parametrize(
    ("media", "body"),
    [
        (JSON, b'{"access_token":5}'),
        (JSON, b'{"access_token":["a"]}'),
        (FORM, b"access_token=a&access_token=b"),
    ],
)
async def test_a_token_that_cannot_be_one_is_rejected(media: str, body: bytes) -> None:
    assert code(await posted(media, body)) == "credential.malformed"
