"""Discovery: an issuer tells where its endpoints are (OpenID Connect Discovery 1.0; RFC 8414)."""

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from gatepost.oidc.answer import DOCUMENT_TYPES, json_object
from gatepost.oidc.endpoint_url import insecure, problem
from gatepost.oidc.provider import ENDPOINTS, FLAGS, LISTS, Provider
from gatepost.values import By, Call, Fault, Headers, Reply, Transport

SUFFIX: Final = "/.well-known/openid-configuration"
_OAUTH_SUFFIX: Final = "/.well-known/oauth-authorization-server"


def location(issuer: str) -> str:
    """Return where the discovery document of an issuer is.

    issuer: an issuer identifier, or the address of its document, which is taken as it is (also
    with a query, which some providers need). Raises Fault(by=OPERATOR), code ``config.issuer``.
    """
    why = problem(issuer)
    if why is None and urlsplit(issuer).query and not _is_location(issuer):
        why = "it holds a query"
    if why is not None:
        raise Fault("config.issuer", f"The issuer cannot be used: {why}.", by=By.OPERATOR)
    return issuer if _is_location(issuer) else issuer.rstrip("/") + SUFFIX


def identifier(issuer: str) -> str:
    """Return the issuer identifier of a configured issuer: without the well-known part."""
    if not _is_location(issuer):
        return issuer
    parts = urlsplit(issuer)
    for suffix in (SUFFIX, _OAUTH_SUFFIX):
        if parts.path.endswith(suffix):
            return f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix(suffix)}"
    # RFC 8414, 3.1: the well-known part may also stand between the host and the path
    return f"{parts.scheme}://{parts.netloc}{parts.path.removeprefix(_OAUTH_SUFFIX)}"


def request(
    issuer: str, *, headers: Headers | None = None, transport: Transport | None = None
) -> Call:
    """Ask an issuer for its document; headers: extra ones (``discovery_headers_*``)."""
    fields = Headers([("accept", "application/json"), *(headers or ())])
    return Call(
        "GET", location(issuer), fields, purpose="discovery", transport=transport or Transport()
    )


def read(reply: Reply, expected_issuer: str, *, issuers_allowed: Collection[str] = ()) -> Provider:
    """Read the document that an issuer answered.

    expected_issuer: the configured issuer, in either form. The document must name the identical
    issuer (OpenID Connect Discovery 1.0, 4.3); where the address of the document was configured,
    a slash at the end is the document's choice. issuers_allowed: other names the operator lists.
    Unknown members are kept. Raises Fault(by=PROVIDER): ``provider.bad_status``,
    ``provider.bad_answer``, ``provider.issuer_mismatch``, ``provider.bad_metadata``.
    """
    document = json_object(reply, what="discovery", types=DOCUMENT_TYPES)
    issuer = document.get("issuer")
    name = identifier(expected_issuer)
    accepted = {name, *issuers_allowed}
    if _is_location(expected_issuer):
        accepted.add(name + "/")
    if not isinstance(issuer, str) or issuer not in accepted:
        raise Fault(
            "provider.issuer_mismatch",
            "The discovery document names another issuer than the configured one; "
            "configure the issuer exactly as the provider writes it.",
            by=By.PROVIDER,
            cause=f"it names {ascii(issuer)[:200]}",
        )
    facts: dict[str, object] = {
        **{name: _endpoint(document, name, expected_issuer) for name in ENDPOINTS},
        **{name: _texts(document, name) for name in LISTS},
        **{name: _flag(document, name) for name in FLAGS},
    }
    return Provider(issuer, document=document, **facts)  # type: ignore[arg-type]  # typed by name


def _is_location(issuer: str) -> bool:
    try:
        path = urlsplit(issuer).path
    except ValueError:  # location() says what is wrong with it
        return False
    return path.endswith((SUFFIX, _OAUTH_SUFFIX)) or path.startswith(_OAUTH_SUFFIX + "/")


def _endpoint(document: dict[str, object], name: str, issuer: str) -> str | None:
    url = document.get(name)
    if url is None:
        return None
    if not isinstance(url, str):
        raise _bad_metadata(name, "it is not text")
    why = problem(url)
    if why is None and insecure(url) and not insecure(issuer):
        why = "it leaves https, which the issuer uses"
    if why is not None:
        raise _bad_metadata(name, why)
    return url


def _texts(document: dict[str, object], name: str) -> tuple[str, ...]:
    value = document.get(name)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _bad_metadata(name, "it is not a list of texts")
    texts = tuple(text for text in value if isinstance(text, str))
    if len(texts) != len(value):
        raise _bad_metadata(name, "it is not a list of texts")
    return texts


def _flag(document: dict[str, object], name: str) -> bool:
    value = document.get(name)
    if value is None:
        return False
    if not isinstance(value, bool):  # "false" is true to whoever converts it
        raise _bad_metadata(name, "it is neither true nor false")
    return value


def _bad_metadata(name: str, why: str) -> Fault:
    return Fault(
        "provider.bad_metadata",
        f"The discovery document's {name} cannot be used: {why}.",
        by=By.PROVIDER,
    )
