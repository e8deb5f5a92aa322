"""The request for a token, as a form, with variables for what is a person's own."""

from gatepost.console.collection.saved import Order, Saved
from gatepost.console.collection.variables import SECRET_HEADERS, Reference


def form_of(order: Order, put: Reference, text: Reference) -> list[tuple[str, str]]:
    """Return the fields (RFC 6749, 4.3, 4.4 and 6). put: makes variables; text: of other words."""
    fields: list[tuple[str, str]] = [("grant_type", order.grant)]
    match order.grant:
        case "password":
            fields.append(("username", put("username", order.username)))
            fields.append(("password", put("password", order.password)))
        case "refresh_token":
            fields.append(("refresh_token", put("refresh_token", order.refresh_token)))
    if order.scope:
        fields.append(("scope", text("scope", order.scope)))
    if order.audience:
        fields.append(("audience", text("audience", order.audience)))
    if order.in_body or not order.client_secret:
        fields.append(("client_id", put("client_id", order.client_id)))
    if order.in_body and order.client_secret:
        fields.append(("client_secret", put("client_secret", order.client_secret)))
    return fields


def basic_of(order: Order, put: Reference) -> tuple[str, str] | None:
    """Return what stands for id and secret in a Basic header; None where they are elsewhere."""
    if order.in_body or not order.client_secret:
        return None
    return put("client_id", order.client_id), put("client_secret", order.client_secret)


def headers_of(call: Saved, put: Reference, text: Reference) -> list[tuple[str, str]]:
    """Return a call's own headers; the values of those that are secrets are variables."""
    return [
        (text("header", name), put("token", value))
        if name.lower() in SECRET_HEADERS
        else (text("header", name), text("header", value))
        for name, value in call.headers
    ]
