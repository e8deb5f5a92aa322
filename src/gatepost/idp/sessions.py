"""Who is signed in on which browser: single sign-on across applications."""

import secrets
from dataclasses import dataclass, field

from gatepost.idp.directory import Application, User
from gatepost.idp.expiring import Expiring
from gatepost.values import Clock

SESSION_SECONDS = 12 * 3_600
"""How long a person stays signed in."""


@dataclass(slots=True, eq=False)
class Session:
    """One person signed in on one browser.

    sid: its public name, the same for every application. auth_time: when the password was given
    last. applications: those that got a code in it, which a logout must tell. ended: by a logout.
    """

    user: User
    sid: str
    auth_time: int
    expires: float
    user_epoch: int
    cookie: str = field(repr=False)
    applications: dict[str, Application] = field(default_factory=dict, repr=False)
    ended: bool = False

    def alive(self, clock: Clock) -> bool:
        """Whether the person is still signed in."""
        return (
            not self.ended
            and not clock.past(self.expires)
            and self.user.life.holds(self.user_epoch)
        )


class Sessions:
    """Every session, found by the cookie that the browser holds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: Expiring[Session] = Expiring(clock)

    def start(self, user: User) -> Session:
        """Begin a session; what the browser is to hold is its ``cookie``, new each time."""
        now = self._clock.now()
        session = Session(
            user=user,
            sid=secrets.token_urlsafe(16),
            auth_time=int(now),
            expires=now + SESSION_SECONDS,
            user_epoch=user.life.epoch,
            cookie=secrets.token_urlsafe(32),
        )
        self._held.put(session.cookie, session, seconds=SESSION_SECONDS)
        return session

    def renew(self, session: Session) -> None:
        """Note that the same person signed in again: another cookie, the same sid."""
        self._held.take(session.cookie)
        now = self._clock.now()
        session.auth_time, session.expires = int(now), now + SESSION_SECONDS
        session.cookie = secrets.token_urlsafe(32)
        self._held.put(session.cookie, session, seconds=SESSION_SECONDS)

    def find(self, cookie: str | None) -> Session | None:
        """Return the session of a browser, if the person is still signed in."""
        session = self._held.find(cookie) if cookie else None
        return session if session is not None and session.alive(self._clock) else None

    def by_sid(self, sid: str) -> Session | None:
        """Return the session of that public name, if the person is still signed in."""
        return next((one for one in self._held if one.sid == sid and one.alive(self._clock)), None)

    def of(self, user: User) -> list[Session]:
        """Return the sessions in which a user is signed in."""
        return [one for one in self._held if one.user is user and one.alive(self._clock)]

    def end(self, session: Session) -> None:
        """End a session; what hangs on it dies with it."""
        session.ended = True
        self._held.take(session.cookie)
