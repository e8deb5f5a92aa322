"""A request's body as data: JSON, a form or a multipart form.

A form's values are texts; whoever knows which entity they are for gives them their types
(``Given.typed``). A body of another type is 415, one that is too long 413, a bad one 400.
"""

import asyncio
import urllib.parse
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from gatepost.admin.forms import MOST_FIELDS, Fields, read_form, typed_record
from gatepost.admin.problem import plain
from gatepost.admin.strict_body import read_json, refuse_unfit

LIMIT = 10 * 1024 * 1024
"""Bytes of a body."""
_PATIENCE = 120.0
"""Seconds for all of a body."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a request brought. texts: every value is a text, as in a form."""

    data: dict[str, Any]
    texts: bool = False

    def typed(self, fields: Fields) -> dict[str, Any]:
        """Return the data in the types of a schema. fields: Kong's ``fields`` form."""
        return typed_record(self.data, fields) if self.texts else dict(self.data)


T = TypeVar("T", bound=msgspec.Struct)


async def read_as(request: Request, kind: type[T], limit: int) -> T:
    """Return the body as a form of its own. Raises Refused (400, 413, 415); it quotes nothing."""
    given = await read_body(request, limit)
    try:
        return msgspec.convert(given.data, kind, strict=not given.texts)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        place = where.strip("`").removeprefix("$").lstrip(".")
        said = what.partition("value '")[0]  # of a word that is none of a list, not the word
        known = f"; known are: {', '.join(kind.__struct_fields__)}" if "unknown" in what else ""
        raise plain(400, f"{place or 'body'}: {said.strip()}{known}"[:1000]) from None


async def read_body(request: Request, limit: int = LIMIT) -> Given:
    """Return the body's data; empty when there is none. Raises Refused (400, 413, 415)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    raw = await read_bytes(request, limit)
    if not raw:
        return Given({})
    match kind:
        case "application/json":
            return Given(read_json(raw))
        case "application/x-www-form-urlencoded":
            pairs = _url_encoded(raw)
        case "multipart/form-data":
            pairs = await _multipart(request, raw)
        case _:
            raise plain(415, "Unsupported media type; send JSON or a form")
    data = read_form(pairs)
    refuse_unfit(data)
    return Given(data, texts=True)


async def read_bytes(request: Request, limit: int = LIMIT) -> bytes:
    """Return the whole body. Raises Refused: 413 beyond the limit, 408 when it does not come."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length[:15]) > limit:
        raise _too_long(limit)
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_PATIENCE):
            async for piece in request.stream():
                size += len(piece)
                if size > limit:
                    raise _too_long(limit)
                pieces.append(piece)
    except TimeoutError:
        late = f"The body did not come within {_PATIENCE:.0f} s"
        raise plain(408, late, {"Connection": "close"}) from None
    except ClientDisconnect:
        raise plain(400, "The body ended early") from None
    return b"".join(pieces)


def _too_long(limit: int) -> Exception:
    # what is left of the body is not read, so this connection can carry no other request
    message = f"The body is longer than {limit} bytes"
    return plain(413, message, {"Connection": "close"})


def _url_encoded(raw: bytes) -> list[tuple[str, str]]:
    try:
        return urllib.parse.parse_qsl(
            raw.decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except UnicodeError:
        raise plain(400, "Cannot parse the form: it is not UTF-8 text") from None
    except ValueError:
        raise plain(400, f"Cannot parse the form: it has more than {MOST_FIELDS} fields") from None


async def _multipart(request: Request, raw: bytes) -> list[tuple[str, str]]:
    async def pieces() -> AsyncIterator[bytes]:
        yield raw

    parser = MultiPartParser(
        request.headers,
        pieces(),  # type: ignore[arg-type]  # an iterator is all it needs
        max_files=MOST_FIELDS,
        max_fields=MOST_FIELDS,
        max_part_size=LIMIT,
    )
    pairs: list[tuple[str, str]] = []
    _, options = parse_options_header(request.headers.get("content-type"))
    # the parser takes what there is of a form that was cut off for all of it
    whole = b"--" + options.get(b"boundary", b"") + b"--" in raw
    try:
        if not whole:
            raise ValueError("cut off")
        form = await parser.parse()
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                pairs.append((name, (await value.read()).decode()))
            else:
                pairs.append((name, value))
        await form.close()
    except (MultiPartException, UnicodeError, KeyError, ValueError):
        raise plain(400, "Cannot parse the form: it is no multipart form of UTF-8 texts") from None
    return pairs
