"""A provider's answer, read so strictly that a broken provider never passes for a decision.

An answer that is not exactly what was asked for is the provider's failure (503 for the caller of
the gateway), never a statement about a token. Redirects are failures too: nobody follows them.
"""

from typing import Final

from gatepost.oidc.strict_json import NotStrictJson, read_object
from gatepost.values import By, Fault, Reply

ANSWER_LIMIT: Final = 1_048_576
"""Bytes of an answer that are read; providers stay far below."""

MAX_RETRY_AFTER: Final = 3_600
"""Seconds that we let a provider ask us to wait."""

JSON_TYPES: Final = ("application/json", "text/json")
"""Media types of a JSON answer; ``application/…+json`` is accepted as well."""

DOCUMENT_TYPES: Final = (*JSON_TYPES, "text/plain", "application/octet-stream", "")
"""For discovery and keys, which are often served as plain files without a proper type."""


def json_object(
    reply: Reply, *, what: str, types: tuple[str, ...] = JSON_TYPES, statuses: tuple[int, ...] = ()
) -> dict[str, object]:
    """Return the JSON object that an answer holds.

    what: how messages call the endpoint. statuses: accepted beside 200. Raises
    Fault(by=PROVIDER): ``provider.bad_status`` or ``provider.bad_answer``.
    """
    if reply.status != 200 and reply.status not in statuses:
        raise bad_status(reply, what=what)
    media = reply.media_type()
    if media not in types and not (media.startswith("application/") and media.endswith("+json")):
        raise bad_answer(what, "its content type is not JSON")
    try:
        return read_object(reply.body, limit=ANSWER_LIMIT)
    except NotStrictJson as reason:
        raise bad_answer(what, f"its body is {reason}") from None


def bad_status(
    reply: Reply, *, what: str, code: str = "provider.bad_status", said: str | None = None
) -> Fault:
    """Build the fault for an unexpected status; keeps the provider's Retry-After (RFC 9110).

    said: the error code that the answer gave, where it is known to be harmless.
    """
    after = reply.headers.get("retry-after") or ""
    wait = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else None
    return Fault(
        code,
        f"The identity provider's {what} endpoint did not answer as it should.",
        by=By.PROVIDER,
        cause=f"status {reply.status}" + (f", it said {said}" if said else ""),
        retry_after=None if wait is None else min(wait, MAX_RETRY_AFTER),
    )


def bad_answer(what: str, cause: str) -> Fault:
    """Build the fault for an answer that cannot be read; the cause must not quote it."""
    return Fault(
        "provider.bad_answer",
        f"The identity provider's {what} endpoint gave an answer that cannot be used.",
        by=By.PROVIDER,
        cause=cause,
    )
