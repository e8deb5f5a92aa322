"""How a client proves to the provider who it is (RFC 6749, 2.3; OpenID Connect Core 1.0, 9)."""

import base64
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote_plus

from gatepost.oidc.client import Client
from gatepost.values import By, Fault, Secret

Pairs = tuple[tuple[str, str], ...]
"""Names and values in order: header fields, or the parameters of a form."""

AT_WORK: Final = ("client_secret_basic", "client_secret_post", "none")
"""The methods that work."""

KNOWN: Final = (
    *AT_WORK,
    "client_secret_jwt",
    "private_key_jwt",
    "self_signed_tls_client_auth",
    "tls_client_auth",
)
"""The methods that have a name; those that are not at work are refused with a message."""


def check_method(method: str) -> str:
    """Return the method when it works.

    Raises Fault(by=OPERATOR): ``config.client_auth`` for an unknown name,
    ``config.not_at_work_yet`` for a known one that does not work yet.
    """
    if method in AT_WORK:
        return method
    if method in KNOWN:
        raise Fault(
            "config.not_at_work_yet",
            f"Client authentication by {method} does not work yet; "
            "use client_secret_basic or client_secret_post.",
            by=By.OPERATOR,
        )
    raise Fault(
        "config.client_auth",
        f"Client authentication is one of {', '.join(KNOWN)}.",
        by=By.OPERATOR,
    )


def choose_method(client: Client, explicit: str | None, supported: Sequence[str]) -> str:
    """Choose how a client authenticates at an endpoint.

    explicit: what is configured for the endpoint; then what is configured for the client; then
    what the provider's metadata lists (basic before post); then basic, which is what a provider
    means that lists nothing (RFC 8414, 2). A client without a secret uses ``none`` unless told.
    Raises Fault(by=OPERATOR) as ``check_method``, also when the provider lists no working one.
    """
    told = explicit or client.auth
    if told:
        return check_method(told)
    if client.secret is None:
        return "none"
    if not supported or "client_secret_basic" in supported:
        return "client_secret_basic"
    if "client_secret_post" in supported:
        return "client_secret_post"
    known = [method for method in supported if method in KNOWN and method not in AT_WORK]
    return check_method(known[0] if known else "")


def authenticate(client: Client, method: str, headers: Pairs, form: Pairs) -> tuple[Pairs, Pairs]:
    """Return headers and form with the client's proof added.

    Id and secret are form-encoded before they go into the Basic header (RFC 6749, 2.3.1), so
    that ``:``, ``%`` and letters beyond ASCII survive. Raises Fault(by=OPERATOR) as
    ``check_method``, or ``config.client_secret_missing``.
    """
    check_method(method)
    if method == "none":
        return headers, (*form, ("client_id", client.id))
    if client.secret is None:
        raise Fault(
            "config.client_secret_missing",
            f"Client authentication by {method} needs a client_secret.",
            by=By.OPERATOR,
        )
    if method == "client_secret_post":
        proof = (("client_id", client.id), ("client_secret", client.secret.reveal()))
        return headers, (*form, *proof)
    return (*headers, ("authorization", _basic(client.id, client.secret))), form


def _basic(name: str, secret: Secret) -> str:
    pair = f"{quote_plus(name)}:{quote_plus(secret.reveal())}"
    return f"Basic {base64.b64encode(pair.encode('ascii')).decode('ascii')}"
