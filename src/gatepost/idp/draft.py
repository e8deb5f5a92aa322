"""A token before it is signed: what misbehaviour gets hold of, so that its lies are well signed."""

from collections.abc import Callable
from dataclasses import dataclass, field

from gatepost.idp.key_ring import KeyRing
from gatepost.oidc import sign
from gatepost.values import Secret

ID_TOKEN_SECONDS = 300
LOGOUT_TOKEN_SECONDS = 120
ANSWER_SECONDS = 600
"""How long ID tokens, logout tokens and signed answers of the authorization endpoint are good."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Claims, the header's typ and further members, and how it will be sealed.

    seal: makes the compact form; unless told otherwise, with the provider's current key.
    """

    claims: dict[str, object] = field(repr=False)
    typ: str
    header: dict[str, object] = field(default_factory=dict)
    seal: "Seal" = field(default=lambda draft, keys, _secret: rightly(draft, keys), repr=False)

    def signed(self, keys: KeyRing, secret: Secret) -> str:
        """Return the compact form. secret: of the client that it is for, where a lie needs it."""
        return self.seal(self, keys, secret)


Seal = Callable[[Draft, KeyRing, Secret], str]
Change = Callable[[Draft], Draft]
"""A misbehaviour: another draft in place of the right one."""


def rightly(draft: Draft, keys: KeyRing) -> str:
    """Sign with the current key."""
    return sign(draft.claims, keys.current, header={"typ": draft.typ, **draft.header})
