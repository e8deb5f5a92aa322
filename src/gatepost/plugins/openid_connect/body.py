"""Parameters in a request's body: a form or a JSON object, read strictly."""

from urllib.parse import parse_qsl

from gatepost.oidc.strict_json import NotStrictJson, read_object
from gatepost.plugin.request import Request
from gatepost.values import By, Fault

LIMIT = 65_536
"""Bytes of a body that are looked at; a larger one holds no credential."""

_FIELDS = 1_000


def parameter(request: Request, name: str) -> str | None:
    """Return one parameter of the body, or None when it is absent or null.

    The body is read only when the engine saw that it may hold one; a decision that read it is for
    that request only. Raises Fault(by=CLIENT), code ``credential.malformed``, for a parameter
    that is repeated or no text.
    """
    if not request.bit("body"):
        return None
    body, media = request.body(), request.content_type()
    if not body or len(body) > LIMIT:
        return None
    if media == "application/x-www-form-urlencoded":
        return _from_form(body, name)
    return _from_json(body, name)


def _from_form(body: bytes, name: str) -> str | None:
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS
        )
    except ValueError:
        return None  # no form at all; the upstream may know what it is
    values = [value for key, value in pairs if key == name]
    if len(values) > 1:
        raise _malformed("The body holds a credential twice.")
    return values[0] if values else None


def _from_json(body: bytes, name: str) -> str | None:
    try:
        value = read_object(body, limit=LIMIT).get(name)
    except NotStrictJson:
        return None
    if value is not None and not isinstance(value, str):
        raise _malformed("A credential in the body is not text.")
    return value


def _malformed(why: str) -> Fault:
    return Fault("credential.malformed", why, by=By.CLIENT)
