"""How long a session lives: four clocks, of which each may be off.

    idling    since it was last seen in use        absolute   since the login
    rolling   since it was last renewed            remember   both again, for the lasting cookie

It is seen in use when it is touched, which costs writing it anew; so that is done only when a
tenth of the idling time has passed, and a session may end by that much too early, never too late.
"""

from typing import Final, final

from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.session.record import Session
from gatepost.values import Clock

_TOUCH: Final = 0.1
_RENEW: Final = 0.75
_FOREVER: Final = 315_360_000.0


@final
class Times:
    """The timeouts of one configuration. All answers come from the clock's ``past``."""

    def __init__(self, config: OpenIdConnectConfig) -> None:
        self._idling = config.session_idling_timeout
        self._rolling = config.session_rolling_timeout
        self._absolute = config.session_absolute_timeout
        self._remember_rolling = config.session_remember_rolling_timeout
        self._remember_absolute = config.session_remember_absolute_timeout

    def ended(self, session: Session, clock: Clock) -> str | None:
        """Return which of its times is over, or None."""
        for name, since, timeout in (
            ("idling", session.touched, self._idling),
            ("rolling", session.renewed, self._rolling),
            ("absolute", session.began, self._absolute),
        ):
            if timeout and clock.past(since + timeout):
                return name
        return None

    def forgotten(self, session: Session, clock: Clock) -> str | None:
        """Return which time of the lasting cookie is over, or None."""
        for name, since, timeout in (
            ("remember rolling", session.renewed, self._remember_rolling),
            ("remember absolute", session.created, self._remember_absolute),
        ):
            if timeout and clock.past(since + timeout):
                return name
        return None

    def touch_due(self, session: Session, clock: Clock) -> bool:
        """Return whether it should be written down that the session is in use."""
        idles = bool(self._idling) and clock.past(session.touched + self._idling * _TOUCH)
        return idles or self.renew_due(session, clock)

    def renew_due(self, session: Session, clock: Clock) -> bool:
        """Return whether the rolling time should begin anew."""
        return bool(self._rolling) and clock.past(session.renewed + self._rolling * _RENEW)

    def until(self, session: Session, *, remember: bool) -> float:
        """Return the moment (wall seconds) after which nothing of a session is taken any more."""
        ends = [session.began + (self._absolute or _FOREVER)]
        ends.append(session.renewed + (self._rolling or _FOREVER))
        ends.append(session.touched + (self._idling or _FOREVER))
        if not remember:
            return min(ends)
        lasting = (
            session.created + (self._remember_absolute or _FOREVER),
            session.renewed + (self._remember_rolling or _FOREVER),
        )
        return max(min(ends), min(lasting))

    def last(self, session: Session, *, remember: bool) -> float | None:
        """Return the moment (wall seconds) beyond which no copy of it can live, None for never."""
        if not self._absolute or (remember and not self._remember_absolute):
            return None
        # Made again from the lasting cookie at its very end, it lives another absolute time.
        lasting = self._remember_absolute if remember else 0.0
        return max(session.began, session.created + lasting) + self._absolute

    def longest(self, *, remember: bool) -> float | None:
        """Return the seconds that any session can live, None without a bound."""
        if not self._absolute or (remember and not self._remember_absolute):
            return None
        return self._absolute + (self._remember_absolute if remember else 0.0)

    def left(self, session: Session, now: float) -> dict[str, float]:
        """Return the seconds that each time has left; a time that is off is not there."""
        ends = {
            "idling-timeout": (session.touched, self._idling),
            "rolling-timeout": (session.renewed, self._rolling),
            "absolute-timeout": (session.began, self._absolute),
        }
        left = {
            name: max(0.0, since + timeout - now)
            for name, (since, timeout) in ends.items()
            if timeout
        }
        return {**left, "timeout": min(left.values())} if left else left

    @property
    def remember_age(self) -> float:
        """Seconds that a browser keeps the lasting cookie."""
        return self._remember_rolling or self._remember_absolute or _FOREVER
