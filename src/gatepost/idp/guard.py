"""Who may manage: programs on this machine, and no web page (DNS rebinding, cross-site posts).

Management listens on loopback, where a browser of the same machine can reach it too. A page of
another site that makes the browser call it sends an Origin, or is marked by Sec-Fetch-Site, or
comes under a host name of its own. Each is refused.
"""

from gatepost.idp.asking import Asking, RefusedError
from gatepost.values import Address, Fault, Secret


class Guard:
    """Checks every call to the management and development endpoints.

    api_token: when given, calls must carry ``Authorization: SSWS <token>``, as at Okta.
    """

    def __init__(self, api_token: Secret | None) -> None:
        self._token = api_token

    def check(self, asking: Asking) -> str | None:
        """Return why the call is refused, or None."""
        try:
            authorization = asking.header(b"authorization") or ""
            host = asking.header(b"host") or ""
            origin = asking.header(b"origin")
            site = asking.header(b"sec-fetch-site") or "none"
        except RefusedError as refused:
            return refused.description
        if self._token is not None:
            scheme, _, given = authorization.partition(" ")
            if scheme.upper() != "SSWS" or Secret(given.strip()) != self._token:
                return "send the API token: Authorization: SSWS <token>"
            return None
        if origin is not None or site not in ("none", "same-origin"):
            return "not for web pages; call it from a program"
        try:
            # Address reads a missing host as loopback, which is right for --listen and not here.
            named = not host.isdigit() and not host.startswith(":") and host != ""
            loopback = named and Address.parse(host).loopback
        except Fault:
            loopback = False
        return None if loopback else "the Host must be a loopback address or localhost"
