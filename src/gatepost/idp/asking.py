"""A call to one of the provider's endpoints, and the answers that all of them share."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import msgspec

from gatepost.values import Headers, Reply

BODY_LIMIT = 256 * 1024
"""Bytes of a request body."""

FIELD_LIMIT = 100
"""Fields of a form."""

_NO_STORE = (("cache-control", "no-store"), ("pragma", "no-cache"))


@dataclass(frozen=True, slots=True)
class Asking:
    """Method, header fields (names in lower case), body and query of one call."""

    method: str
    headers: list[tuple[bytes, bytes]] = field(repr=False)
    body: bytes = field(repr=False)
    query: bytes = field(default=b"", repr=False)

    def header(self, name: bytes) -> str | None:
        """Return the one value of a header; None when absent. Repeated values are an error."""
        found = None
        for key, value in self.headers:
            if key == name:
                if found is not None:
                    raise RefusedError(400, "invalid_request", f"{name.decode()} is repeated")
                found = value.decode("latin-1")
        return found

    def form(self) -> dict[str, str]:
        """Return the form's fields; one that repeats is refused (RFC 6749, 3.2)."""
        media = (self.header(b"content-type") or "").split(";")[0].strip().lower()
        if media != "application/x-www-form-urlencoded":
            raise RefusedError(
                400, "invalid_request", "send a form: application/x-www-form-urlencoded"
            )
        return _once(_pairs(self.body))

    def parameters(self) -> dict[str, str]:
        """Return the query of a GET, or the form of a POST; nothing may repeat (RFC 6749, 3.1)."""
        if self.method == "GET":
            return _once(_pairs(self.query))
        if self.method == "POST":
            return self.form()
        raise RefusedError(
            405, "invalid_request", "use GET or POST", headers=(("allow", "GET, POST"),)
        )

    def posted(self) -> dict[str, str]:
        """Return the form of a POST, and refuse other methods."""
        if self.method != "POST":
            raise RefusedError(405, "invalid_request", "use POST", headers=(("allow", "POST"),))
        return self.form()

    def cookie(self, name: str) -> str | None:
        """Return a cookie's value; None when it is absent, or there more than once."""
        found = [value for key, value in self.cookies() if key == name]
        return found[0] if len(found) == 1 else None

    def cookies(self) -> list[tuple[str, str]]:
        """Return the names and values of all cookies, as they came."""
        pairs = [pair.strip().partition("=") for pair in (self.header(b"cookie") or "").split(";")]
        return [(name, value) for name, _, value in pairs]


def _once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise RefusedError(400, "invalid_request", "a parameter is repeated")
    return fields


def _pairs(body: bytes) -> list[tuple[str, str]]:
    """Take a form apart. Most need no decoding, and then splitting is several times quicker."""
    try:
        text = body.decode("ascii")
        if "%" in text or "+" in text or text.count("&") >= FIELD_LIMIT:
            return parse_qsl(text, keep_blank_values=True, max_num_fields=FIELD_LIMIT)
    except ValueError:
        raise RefusedError(400, "invalid_request", "the form cannot be read") from None
    parted = [field.partition("=") for field in text.split("&") if field]
    return [(name, value) for name, _, value in parted]


class RefusedError(Exception):
    """An error answer in OAuth's shape (RFC 6749, 5.2)."""

    def __init__(
        self,
        status: int,
        error: str,
        description: str,
        *,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.description = description
        self.headers = headers

    def reply(self) -> Reply:
        """Return the answer."""
        members = {"error": self.error, "error_description": self.description}
        return json_reply(members, status=self.status, headers=self.headers)


def json_reply(
    members: object,
    *,
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
    store: bool = False,
) -> Reply:
    """Return members (or JSON as bytes) as an answer; store: whether caches may keep it."""
    body = members if isinstance(members, bytes) else msgspec.json.encode(members)
    kept = () if store else _NO_STORE
    return Reply(status, Headers((("content-type", "application/json"), *kept, *headers)), body)
