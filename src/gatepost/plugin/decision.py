"""What the gateway does with a request: forward it with edits, refuse it, or answer it.

A Decision is returned, never written, and never says how long it may be remembered: the chain
works that out from what was read. Edits are relative to the live request ("remove argument X",
"set header Y"), so that a remembered Forward fits every request it is found for.
"""

from dataclasses import dataclass
from enum import Enum

import msgspec

from gatepost.values import Reply


class Keep(Enum):
    """Leave the client's value as it is."""

    KEEP = "keep"


KEEP = Keep.KEEP


class Edits(msgspec.Struct, frozen=True):  # quicker to build than a dataclass
    """Changes to the live request, and to the answer that comes back.

    authorization: KEEP, None (remove the header) or its new value.
    headers: (name, value) sets one value in place of all; (name, None) removes all, and so does
    an empty value: a header without a value never reaches the upstream by an edit.
    remove_args, remove_cookies: names whose every occurrence is removed, in any spelling; a
    cookie's name that ends in ``*`` stands for all that begin like it.
    args: KEEP, or the raw query that takes the place of the client's (empty for none).
    body: a new body, for a credential that rode in it; such a decision is for this request only.
    response_headers: (name, value) set on the answer to the client. ``Set-Cookie`` is added
    beside the upstream's own.
    """

    authorization: str | Keep | None = KEEP
    headers: tuple[tuple[str, str | None], ...] = ()
    remove_args: tuple[str, ...] = ()
    remove_cookies: tuple[str, ...] = ()
    body: bytes | None = None
    response_headers: tuple[tuple[str, str], ...] = ()
    args: str | Keep = KEEP

    def __repr__(self) -> str:
        args, cookies = self.remove_args, self.remove_cookies
        return f"Edits(remove_args={args!r}, remove_cookies={cookies!r})"

    def and_(self, later: "Edits") -> "Edits":
        """Return both edits as one; where they meet, the later wins."""
        if later is NOTHING or later == NOTHING:
            return self
        if self is NOTHING or self == NOTHING:
            return later
        renamed = {name.lower() for name, _ in later.headers}
        kept = tuple(edit for edit in self.headers if edit[0].lower() not in renamed)
        return Edits(
            authorization=self.authorization
            if later.authorization is KEEP
            else later.authorization,
            headers=kept + later.headers,
            remove_args=self.remove_args + later.remove_args,
            remove_cookies=self.remove_cookies + later.remove_cookies,
            body=self.body if later.body is None else later.body,
            response_headers=self.response_headers + later.response_headers,
            args=self.args if later.args is KEEP else later.args,
        )


NOTHING = Edits()


@dataclass(frozen=True, slots=True)
class ConsumerHeaders:
    """Who the caller is, as the fixed identity headers tell the upstream; None removes one.

    X-Consumer-ID, X-Consumer-Custom-ID, X-Consumer-Username, X-Credential-Identifier,
    X-Anonymous-Consumer, X-Consumer-Groups, X-Authenticated-Groups; set by the chain alone.
    """

    id: str | None = None
    custom_id: str | None = None
    username: str | None = None
    credential: str | None = None
    anonymous: bool = False
    consumer_groups: str | None = None
    authenticated_groups: str | None = None


NOBODY = ConsumerHeaders()


@dataclass(frozen=True, slots=True)
class Forward:
    """Send the request to the upstream.

    ends: wall time (seconds) when the credential ends; long streams are cut then.
    """

    edits: Edits = NOTHING
    consumer: ConsumerHeaders = NOBODY
    ends: float | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Refuse; rendered for each request by the engine (JSON, or grpc-status for gRPC).

    code: stable reason (``token.expired``); never sent unless the configuration exposes it.
    message: the text of ``{"message": …}``. challenges: WWW-Authenticate values, in order.
    headers: further response headers. retry_after: seconds, for 503 and 429.
    """

    status: int
    code: str
    message: str
    challenges: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    retry_after: int | None = None


Decision = Forward | Refusal | Reply
"""A Reply is an answer of its own (a redirect, a page); it is never remembered."""
