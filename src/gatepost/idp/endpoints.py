"""What every endpoint of the protocol needs at hand."""

from collections.abc import Callable
from dataclasses import dataclass

from gatepost.idp.asking import Asking, RefusedError
from gatepost.idp.client_auth import authenticate
from gatepost.idp.counters import Counters
from gatepost.idp.directory import Application, Directory
from gatepost.idp.key_ring import KeyRing
from gatepost.idp.tokens import Tokens
from gatepost.values import Clock, Reply


@dataclass(frozen=True, slots=True)
class World:
    """The provider's state, all of it in memory."""

    issuer: str
    clock: Clock
    keys: KeyRing
    directory: Directory
    tokens: Tokens
    counters: Counters

    def caller(self, asking: Asking, endpoint: str) -> tuple[Application, dict[str, str]]:
        """Return the application that calls and the form it sent; POST only.

        Raises RefusedError for another method, a bad form or bad client credentials.
        """
        if asking.method != "POST":
            raise RefusedError(405, "invalid_request", "use POST", headers=(("allow", "POST"),))
        form = asking.form()
        application = authenticate(asking, form, self.directory)
        self.counters.authenticated(endpoint, application.id)
        return application, form


Endpoint = Callable[[World, Asking], Reply]
