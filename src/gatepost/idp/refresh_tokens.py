"""Refresh tokens: rotated with each use, and the family dies when an old one comes back."""

import secrets
from dataclasses import dataclass

from gatepost.idp.asking import RefusedError
from gatepost.idp.directory import Application
from gatepost.idp.expiring import Expiring
from gatepost.idp.families import Family
from gatepost.values import Clock


@dataclass(slots=True, eq=False)
class RefreshToken:
    """One refresh token. rotated: when it was used for a new one, if it was."""

    family: Family
    given: int
    expires: float
    rotated: float | None = None


class RefreshTokens:
    """Every refresh token, those that were rotated too, until they expire."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._given: Expiring[RefreshToken] = Expiring(clock, most=200_000)

    def give(self, family: Family) -> str:
        """Make a refresh token and return its text."""
        text, now = secrets.token_urlsafe(32), self._clock.now()
        seconds = family.application.seed.refresh_expires_in
        self._given.put(text, RefreshToken(family, int(now), now + seconds), seconds=seconds)
        return text

    def find(self, text: str) -> RefreshToken | None:
        """Return what is known about a token, whether it may be used or not."""
        return self._given.find(text)

    def active(self, token: RefreshToken) -> bool:
        """Whether a token would be taken now."""
        if self._clock.past(token.expires) or not token.family.gives(self._clock):
            return False
        return token.rotated is None or self._graced(token, token.rotated)

    def check(self, text: str, application: Application) -> RefreshToken:
        """Return the token if it may be used; raise RefusedError ``invalid_grant``.

        One that was rotated before and comes again was stolen, then or now: unless the
        application says otherwise, the family dies (RFC 9700, 4.14.2).
        """
        token = self.find(text)
        if token is None or token.family.application is not application:
            raise _refused("the refresh token is not known to be this application's")
        if token.rotated is not None and not self._graced(token, token.rotated):
            if application.seed.reuse == "revoke":
                token.family.ended = True
                raise _refused("the refresh token was used before; all of its login is revoked")
            raise _refused("the refresh token was used before")
        if not self.active(token):
            raise _refused("the refresh token has ended: expired, revoked or logged out")
        return token

    def rotate(self, token: RefreshToken) -> str:
        """Put another token in its place and return its text."""
        if token.rotated is None:
            token.rotated = self._clock.now()
        return self.give(token.family)

    def _graced(self, token: RefreshToken, rotated: float) -> bool:
        grace = token.family.application.seed.reuse_grace
        return grace > 0 and not self._clock.past(rotated + grace)


def _refused(description: str) -> RefusedError:
    return RefusedError(400, "invalid_grant", description)
