"""Taking a credential out of a request: where it rode, turned into edits."""

import json
from collections.abc import Iterable
from urllib.parse import unquote_plus

from gatepost.plugin.attribute import Attribute
from gatepost.plugin.auth_method import Place
from gatepost.plugin.decision import KEEP, Edits, Keep
from gatepost.plugin.request import Request
from gatepost.values import By, Fault

_SINGLE = {
    "header": "header",
    "headers": "header",
    "query": "query",
    "queries": "query",
    "cookie": "cookie",
    "cookies": "cookie",
}
_FORM = "application/x-www-form-urlencoded"


_USUAL = (Place("header", "authorization"),)
_USUAL_EDITS = Edits(authorization=None)


def strip(places: Iterable[Place], request: Request) -> Edits:
    """Return the edits that remove credentials from these places.

    Raises Fault(by=CLIENT) ``credential.not_removable`` for a body that is no form and no JSON
    object, and ValueError for a kind of place that does not exist.
    """
    places = tuple(places)
    if places == _USUAL:
        return _USUAL_EDITS
    authorization: str | Keep | None = KEEP
    headers: list[tuple[str, str | None]] = []
    args: list[str] = []
    cookies: list[str] = []
    body: bytes | None = None
    for place in places:
        if place.kind == "header" and place.name.lower() == "authorization":
            authorization = None
        elif place.kind == "header":
            headers.append((place.name, None))
        elif place.kind == "query":
            args.append(place.name)
        elif place.kind == "cookie":
            cookies.append(place.name)
        elif place.kind == "body":
            whole = request.body() if body is None else body
            body = without_parameter(whole, request.content_type(), place.name)
        else:
            raise ValueError(f"credentials do not ride in a {place.kind}")
    return Edits(
        authorization=authorization,
        headers=tuple(headers),
        remove_args=tuple(args),
        remove_cookies=tuple(cookies),
        body=body,
    )


def without_parameter(body: bytes, content_type: str, name: str) -> bytes:
    """Return a form or JSON body without one parameter; every other byte of a form stays."""
    if content_type == _FORM:
        pieces = body.split(b"&")
        return b"&".join(piece for piece in pieces if _form_name(piece) != name)
    if content_type == "application/json" or content_type.endswith("+json"):
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            content = None
        if isinstance(content, dict):
            content.pop(name, None)
            return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    raise Fault(
        "credential.not_removable",
        "The credential cannot be taken out of this kind of body.",
        by=By.CLIENT,
    )


def presented(attributes: Iterable[Attribute], request: Request) -> tuple[Place, ...]:
    """Return every declared place that holds something; for a rejection that names none."""
    found = []
    for attribute in attributes:
        kind = _SINGLE.get(attribute.kind)
        if kind is not None and request.keyed(attribute):
            found.append(Place(kind, attribute.name))
    return tuple(found)


def _form_name(piece: bytes) -> str:
    return unquote_plus(piece.partition(b"=")[0].decode("latin-1"), errors="surrogateescape")
