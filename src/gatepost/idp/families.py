"""What one sign-on gave one application: tokens of one family live and die together."""

from dataclasses import dataclass, field

from gatepost.idp.directory import Application, User
from gatepost.idp.sessions import Session
from gatepost.values import Clock


@dataclass(slots=True, eq=False)
class Family:
    """A person's consent to one application, and all tokens that come from it.

    scopes, audience: granted. session: what it hangs on; None after a password grant. nonce: of
    the authorization request. auth_time: told where max_age was asked for. offline: refresh
    tokens outlive the session. ended: everything of it is dead.
    """

    application: Application
    user: User
    scopes: tuple[str, ...]
    audience: str
    session: Session | None = None
    nonce: str | None = None
    auth_time: int | None = None
    offline: bool = False
    ended: bool = False
    application_epoch: int = field(init=False)
    user_epoch: int = field(init=False)

    def __post_init__(self) -> None:
        self.application_epoch = self.application.life.epoch
        self.user_epoch = self.user.life.epoch

    @property
    def sid(self) -> str | None:
        """The public name of the session."""
        return None if self.session is None else self.session.sid

    @property
    def over(self) -> bool:
        """Whether its access tokens are dead before their time."""
        if self.ended:
            return True
        logged_out = self.session is not None and self.session.ended
        return logged_out and self.application.seed.logout_ends_tokens

    def gives(self, clock: Clock) -> bool:
        """Whether it may still give tokens: nothing and nobody in it has ended."""
        if self.ended or not self.application.life.holds(self.application_epoch):
            return False
        if not self.user.life.holds(self.user_epoch):
            return False
        return self.offline or self.session is None or self.session.alive(clock)
