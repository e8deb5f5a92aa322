import pytest

from gatepost.oidc.answer import DOCUMENT_TYPES, bad_status, json_object
from gatepost.values import By, Fault, Headers, Reply


def _reply(body: bytes, media: str | None = "application/json", status: int = 200) -> Reply:
    fields = [] if media is None else [("Content-Type", media)]
    return Reply(status, Headers(fields), body)


@pytest.mark.parametrize(
    "media",
    ["application/json", "Application/JSON; charset=utf-8", "text/json", "application/x+json"],
)
def test_json_types_are_read(media: str) -> None:
    assert json_object(_reply(b'{"a":1}', media), what="test") == {"a": 1}


@pytest.mark.parametrize("media", ["text/html", "text/plain", "application/jwt", "x+json", None])
def test_other_types_are_refused(media: str | None) -> None:
    with pytest.raises(Fault) as raised:
        json_object(_reply(b'{"a":1}', media), what="test")
    assert (raised.value.code, raised.value.by) == ("provider.bad_answer", By.PROVIDER)


@pytest.mark.parametrize("media", ["text/plain", "application/octet-stream", None])
def test_plain_files_are_read_as_documents(media: str | None) -> None:
    assert json_object(_reply(b"{}", media), what="test", types=DOCUMENT_TYPES) == {}
    with pytest.raises(Fault):
        json_object(_reply(b"{}", "text/html"), what="test", types=DOCUMENT_TYPES)


def test_a_broken_body_is_not_quoted() -> None:
    with pytest.raises(Fault) as raised:
        json_object(_reply(b'{"access_token":"canary-9"'), what="test")
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    ("after", "seconds"),
    [("5", 5), ("0", 0), ("99999", 3600), ("9" * 50, None), ("-1", None), ("soon", None),
     ("²", None),
     ("Wed, 21 Oct 2026 07:28:00 GMT", None), (None, None)],
)  # fmt: skip
def test_the_providers_wish_to_wait_is_kept_within_limits(
    after: str | None, seconds: int | None
) -> None:
    fields = [] if after is None else [("Retry-After", after)]
    fault = bad_status(Reply(429, Headers(fields)), what="test")
    assert (fault.code, fault.by, fault.retry_after) == (
        "provider.bad_status",
        By.PROVIDER,
        seconds,
    )


def test_what_the_provider_said_stands_beside_the_status() -> None:
    assert bad_status(Reply(400), what="test").cause == "status 400"
    assert bad_status(Reply(400), what="test", said="no").cause == "status 400, it said no"
