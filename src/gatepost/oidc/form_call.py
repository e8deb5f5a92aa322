"""A form posted to an endpoint of the provider by an authenticated client."""

import re
from typing import Final
from urllib.parse import quote_plus

from gatepost.oidc.client import Client
from gatepost.oidc.client_auth import Pairs, authenticate
from gatepost.oidc.extras import NOTHING, Extra, check_arguments, check_headers
from gatepost.values import Call, Headers, Transport

_OURS: Final = frozenset(
    {
        "client_assertion",
        "client_assertion_type",
        "client_id",
        "client_secret",
        "grant_type",
        "token_type_hint",
    }
)
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.~-]*")
_OUR_HEADERS: Final = frozenset(
    {"accept", "connection", "content-length", "content-type", "host", "transfer-encoding"}
)


def form_call(
    url: str,
    form: Pairs,
    *,
    client: Client,
    method: str,
    purpose: str,
    accept: str = "application/json",
    extra: Extra = NOTHING,
    transport: Transport | None = None,
) -> Call:
    """Build the POST (RFC 6749, appendix B); ``method`` is how the client authenticates.

    Raises Fault(by=OPERATOR): ``config.reserved_argument`` or ``config.reserved_header`` when an
    extra one would double what the protocol sets, and the faults of ``authenticate``.
    """
    if extra.args:
        check_arguments(extra.args, _OURS | {name for name, _ in form})
    headers, form = authenticate(client, method, (), (*form, *extra.args))
    ours = _OUR_HEADERS | {name for name, _ in headers} if extra.headers else _OUR_HEADERS
    check_headers(extra.headers, ours)
    fields = [
        ("accept", accept),
        ("content-type", "application/x-www-form-urlencoded"),
        *headers,
        *extra.headers,
    ]
    body = "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in form]).encode("ascii")
    return Call(
        "POST", url, Headers(fields), body, purpose=purpose, transport=transport or Transport()
    )


def _quoted(text: str) -> str:
    """Write a text for a form; nearly every one is written as it is."""
    return text if _PLAIN.fullmatch(text) else quote_plus(text, errors="surrogatepass")
