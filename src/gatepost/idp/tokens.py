"""Access tokens: given, looked up, ended."""

import hashlib
import secrets
from dataclasses import dataclass, field

import msgspec

from gatepost.idp.directory import Application, Directory, User
from gatepost.idp.families import Family
from gatepost.idp.key_ring import KeyRing
from gatepost.values import Clock

_SWEEP_AT = 20_000  # look for expired tokens when this many were added since the last time


@dataclass(slots=True, eq=False)
class Given:
    """What is known about one token: to whom, for whom, until when (seconds since 1970).

    ``family``: what it came from, where a person signed on.
    ``answer`` is the introspection answer while the token is active; it never changes, so it is
    written once (asking about tokens is what this provider is asked most).
    """

    application: Application
    user: User | None
    expires: int
    claims: dict[str, object] = field(repr=False)
    answer: bytes = field(repr=False)
    application_epoch: int
    user_epoch: int
    family: Family | None = None
    revoked: bool = False

    def active(self, clock: Clock) -> bool:
        """Whether the token counts now (RFC 7662, 2.2)."""
        if self.revoked or clock.past(self.expires):
            return False
        if not self.application.life.holds(self.application_epoch):
            return False
        if self.family is not None and self.family.over:
            return False
        return self.user is None or self.user.life.holds(self.user_epoch)


class Tokens:
    """Every token that was given, by the digest of its text."""

    def __init__(self, *, issuer: str, keys: KeyRing, directory: Directory, clock: Clock) -> None:
        self._issuer = issuer
        self._keys = keys
        self._directory = directory
        self._clock = clock
        self._given: dict[bytes, Given] = {}
        self._since_sweep = 0

    def give(
        self,
        application: Application,
        *,
        user: User | None,
        scopes: list[str],
        audience: str,
        family: Family | None = None,
    ) -> str:
        """Make a token of the application's kind and return its text."""
        now = int(self._clock.now())
        seed = application.seed
        claims = self._claims(application, user, scopes=scopes, audience=audience, now=now)
        if family is not None and family.sid is not None:
            claims["sid"] = family.sid
        if seed.access_token == "jwt":
            token = self._keys.sign(claims, typ="at+jwt")  # RFC 9068, 2.1
        else:
            token = secrets.token_urlsafe(32)
        answer = {k: v for k, v in claims.items() if k not in {"ver", "cid", "scp"}}
        username = {"username": user.seed.login} if user else {}
        self._keep(
            token,
            Given(
                application=application,
                user=user,
                expires=now + seed.expires_in,
                claims=claims,
                answer=msgspec.json.encode(
                    {"active": True, "token_type": "Bearer", **username, **answer}
                ),
                application_epoch=application.life.epoch,
                user_epoch=user.life.epoch if user else 0,
                family=family,
            ),
        )
        return token

    def find(self, token: str) -> Given | None:
        """Return what is known about a token, active or not."""
        return self._given.get(_digest(token))

    def __len__(self) -> int:
        return len(self._given)

    def _claims(
        self,
        application: Application,
        user: User | None,
        *,
        scopes: list[str],
        audience: str,
        now: int,
    ) -> dict[str, object]:
        """Return the claims: Okta's (cid, scp, uid) and the standard's (client_id, scope)."""
        seed = application.seed
        claims: dict[str, object] = {
            "ver": 1,
            "jti": "AT." + secrets.token_urlsafe(24),
            "iss": self._issuer,
            "aud": audience,
            "sub": user.seed.login if user else application.id,
            "iat": now,
            "exp": now + seed.expires_in,
            "cid": application.id,
            "client_id": application.id,
            "scp": scopes,
            "scope": " ".join(scopes),
        }
        if user is not None:
            claims["uid"] = user.id
            claims["groups"] = self._directory.groups_of(user)
            claims.update(user.seed.claims)
        claims.update(seed.claims)
        return claims

    def _keep(self, token: str, given: Given) -> None:
        self._since_sweep += 1
        if self._since_sweep > max(_SWEEP_AT, len(self._given) // 2):
            past = self._clock.past
            self._given = {k: one for k, one in self._given.items() if not past(one.expires)}
            self._since_sweep = 0
        self._given[_digest(token)] = given


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
