"""Parameters added to the query of an address."""

from urllib.parse import parse_qsl, quote, urlsplit

from gatepost.oidc.client_auth import Pairs
from gatepost.values import By, Fault


def extended(url: str, parameters: Pairs) -> str:
    """Return an address with parameters added, percent-encoded, after its own query.

    The own query is kept as it is, and nothing may be in it twice (RFC 6749, 3.1). url: of an
    endpoint, so without a fragment. Raises Fault(by=OPERATOR), code ``config.endpoint_query``,
    for a parameter that the address holds already.
    """
    if not parameters:
        return url
    own = urlsplit(url).query
    held = {name for name, _ in parse_qsl(own, keep_blank_values=True)}
    for name, _ in parameters:
        if name in held:
            raise Fault(
                "config.endpoint_query",
                f"The address of an endpoint holds {ascii(name)[:80]} in its own query, and the "
                "protocol or the configuration sets it too; take it out of one of them.",
                by=By.OPERATOR,
            )
    added = "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in parameters])
    if "?" not in url:
        return f"{url}?{added}"
    return f"{url}{added}" if not own or own.endswith("&") else f"{url}&{added}"


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")
