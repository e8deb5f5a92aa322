"""Who may speak to the status API: programs on this machine, and elsewhere whoever has the token.

A browser on this machine must not be a way in. A page that rebinds its name to 127.0.0.1 sends
its own name as Host; a page that posts across origins sends an Origin. Both are refused.
"""

import hmac

from gatepost.values import Address, By, Fault, Secret


class Guard:
    """Judges a request by its Host, Origin and Authorization."""

    def __init__(self, bound: Address, token: Secret | None) -> None:
        self._bound = bound
        self._token = token

    def look(self, host: str | None, origin: str | None, site: str | None) -> None:
        """Let a reading request pass; Fault(by=CLIENT) ``status.browser`` or ``status.host``."""
        if origin is not None or (site or "none") not in {"none", "same-origin"}:
            raise Fault("status.browser", "The status API does not serve web pages.", by=By.CLIENT)
        if not self._known(host):
            raise Fault(
                "status.host",
                "The Host of this request is neither a loopback address nor the address that "
                "the status API listens on.",
                by=By.CLIENT,
            )

    def act(self, authorization: str | None, media_type: str | None) -> None:
        """Let a changing request pass, after ``look``; Fault(by=CLIENT)."""
        if media_type is not None and media_type != "application/json":
            raise Fault("status.media_type", "Send application/json.", by=By.CLIENT)
        if self._token is not None:
            scheme, _, given = (authorization or "").partition(" ")
            same = hmac.compare_digest(given.strip().encode(), self._token.reveal().encode())
            if scheme.lower() != "bearer" or not same:
                raise Fault(
                    "status.token", "Send the status token: Authorization: Bearer …", by=By.CLIENT
                )
        elif not self._bound.loopback:
            raise Fault(
                "status.closed",
                "The status API can be reached from other machines and no status token is set, "
                "so it changes nothing. Set one, or let it listen on loopback.",
                by=By.CLIENT,
            )

    def _known(self, host: str | None) -> bool:
        if not host:
            return False
        try:
            named = Address.parse(host)
        except Fault:
            return False
        if named.loopback:
            return True
        if self._bound.loopback:
            return False
        # On all interfaces our own names are unknown to us; the token is what counts then.
        return named.host.lower() == self._bound.host.lower() or self._bound.host in {
            "0.0.0.0",  # noqa: S104 - compared with, not bound to
            "::",
        }
