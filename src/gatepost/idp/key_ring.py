"""The provider's signing keys: one signs, older ones stay published until withdrawn."""

import msgspec

from gatepost.oidc import Key, KeySet, generate, sign

_REMEMBERED = 32  # keys that once signed; the rest of them is forgotten


class KeyRing:
    """Signing keys with rotation. A new ring holds one key.

    ``document`` is the published key set as JSON (RFC 7517), public parts only.
    """

    def __init__(self, alg: str = "RS256") -> None:
        self.current = generate(alg)
        self.old: Key | None = None
        self._unknown: Key | None = None
        self._published: tuple[Key, ...] = (self.current,)
        self._past: tuple[Key, ...] = (self.current,)
        self.document = b""
        self._publish()

    @property
    def published(self) -> tuple[Key, ...]:
        """The keys that readers of the key set see, the signing one first."""
        return self._published

    @property
    def past(self) -> KeySet:
        """The keys that signed at some time, withdrawn or not, to know our own tokens by."""
        return KeySet(self._past)

    @property
    def unknown(self) -> Key:
        """A key like the current one that is never published."""
        if self._unknown is None or self._unknown.alg != self.current.alg:
            self._unknown = generate(self.current.alg or "RS256")
        return self._unknown

    def other(self, alg: str | None = None) -> Key:
        """Return a key that is published beside the current one, and publish one if need be.

        alg: its algorithm; unless told, one that the current key does not sign with.
        """
        wanted = alg or ("ES256" if self.current.alg == "RS256" else "RS256")
        for key in self._published:
            if key.alg == wanted:
                return key
        fresh = generate(wanted)
        self._published = (*self._published, fresh)
        self._publish()
        return fresh

    def rotate(self, *, alg: str | None = None, withdraw: bool = False) -> Key:
        """Sign with a new key from now on.

        alg: of the new key, as before unless told. withdraw: publish the new key only; otherwise
        the older ones stay beside it. Raises UnusableKey for an algorithm it cannot make.
        """
        fresh = generate(alg or self.current.alg or "RS256")
        self.old, self.current = self.current, fresh
        self._published = (fresh,) if withdraw else (fresh, *self._published)
        self._past = (fresh, *self._past)[:_REMEMBERED]
        self._publish()
        return fresh

    def sign(self, claims: dict[str, object], *, typ: str) -> str:
        """Sign claims with the current key."""
        return sign(claims, self.current, header={"typ": typ})

    def _publish(self) -> None:
        self.document = msgspec.json.encode(KeySet(self._published).public())
