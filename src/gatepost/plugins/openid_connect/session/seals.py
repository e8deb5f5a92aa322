"""What sessions, flows and their kin are sealed with, and what they are bound to."""

import hmac
import json
from typing import final

from gatepost.oidc import discovery
from gatepost.plugin.plugin import Site
from gatepost.plugin.sealing import NotOurs, Random, Seal, as_text, derive, from_text
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.values import By, Fault
from gatepost.values.mac import Mac


@final
class Seals:
    """The seal of one configuration.

    Instances with one secret, issuer, audience and cookie share their sessions, as in Kong; the
    host that a request names is not part of it. Without ``session_secret`` the node's own secret
    is used; where a configuration is only looked at there is none, and nothing can be sealed.
    """

    def __init__(self, config: OpenIdConnectConfig, site: Site) -> None:
        told = [config.session_secret, *(config.session_previous_secrets or ())]
        named = [secret.encode() for secret in told if secret]
        secrets = named or ([site.node_secret] if site.node_secret else [])
        self._issuer = discovery.identifier(config.issuer)
        self._audience = config.session_audience
        self._known = bool(secrets)
        if secrets:
            self._seals = Seal([derive(secret, "session", self._issuer) for secret in secrets])
            self._macs = [Mac(derive(secret, "state", self._issuer)) for secret in secrets]

    def close(self, content: bytes, *place: str, random: Random) -> bytes:
        """Seal content for a place: what it is, and the name of its cookie."""
        return self._seal.close(content, bound_to=self._bound_to(place), random=random)

    def open(self, sealed: bytes, *place: str) -> bytes:
        """Return the content. Raises NotOurs."""
        return self._seal.open(sealed, bound_to=self._bound_to(place))

    def close_text(self, content: bytes, *place: str, random: Random) -> str:
        """Seal content as text for a cookie."""
        return as_text(self.close(content, *place, random=random))

    def open_text(self, text: str, *place: str) -> bytes:
        """Return the content of such a text. Raises NotOurs."""
        return self.open(from_text(text), *place)

    def aged(self, sealed: bytes) -> bool:
        """Return whether it was sealed with an earlier secret."""
        return self._seal.aged(sealed)

    def mark(self, text: str) -> str:
        """Return a short proof that we wrote a text."""
        self._need()
        return _proof(self._macs[0], text)

    def marked(self, text: str, proof: str) -> bool:
        """Return whether this proof is ours, also under an earlier secret; in constant time."""
        self._need()
        given = proof.encode("utf-8", "surrogatepass")
        return any(hmac.compare_digest(_proof(one, text).encode(), given) for one in self._macs)

    @property
    def _seal(self) -> Seal:
        self._need()
        return self._seals

    def _need(self) -> None:
        if not self._known:
            raise Fault(
                "config.no_session_secret",
                "There is no secret to seal sessions with; set session_secret.",
                by=By.OPERATOR,
            )

    def _bound_to(self, place: tuple[str, ...]) -> bytes:
        return json.dumps([*place, self._issuer, self._audience]).encode()


def _proof(mac: Mac, text: str) -> str:
    return as_text(mac.digest(text.encode("utf-8", "surrogatepass"))[:12])


__all__ = ["NotOurs", "Seals"]
