"""What every endpoint of the protocol needs at hand."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from gatepost.idp.asking import Asking
from gatepost.idp.client_auth import authenticate
from gatepost.idp.codes import Codes
from gatepost.idp.counters import Counters
from gatepost.idp.deliveries import Deliveries
from gatepost.idp.directory import Application, Directory
from gatepost.idp.expiring import Expiring
from gatepost.idp.faulty.key_sets import Crowd
from gatepost.idp.key_ring import KeyRing
from gatepost.idp.orders import Orders
from gatepost.idp.places import Places
from gatepost.idp.refresh_tokens import RefreshTokens
from gatepost.idp.sessions import Sessions
from gatepost.idp.tickets import Tickets
from gatepost.idp.tokens import Tokens
from gatepost.values import Clock, Reply


@dataclass(frozen=True, slots=True)
class World:
    """The provider's state, all of it in memory.

    pushed: authorization requests that an application left at the PAR endpoint, by request_uri.
    sources: claims that are told elsewhere, by the token for them; crowd: keys that sign nothing.
    """

    issuer: str
    clock: Clock
    keys: KeyRing
    directory: Directory
    tokens: Tokens
    counters: Counters
    orders: Orders
    places: Places
    sessions: Sessions
    codes: Codes
    refresh_tokens: RefreshTokens
    pushed: Expiring[dict[str, str]]
    tickets: Tickets
    deliveries: Deliveries
    sources: Expiring[dict[str, object]]
    crowd: Crowd

    @staticmethod
    def new(issuer: str, clock: Clock, keys: KeyRing, directory: Directory) -> "World":
        """Return a world in which nothing has happened yet."""
        return World(
            issuer=issuer,
            clock=clock,
            keys=keys,
            directory=directory,
            tokens=Tokens(issuer=issuer, keys=keys, directory=directory, clock=clock),
            counters=Counters(),
            orders=Orders(),
            places=Places(),
            sessions=Sessions(clock),
            codes=Codes(clock),
            refresh_tokens=RefreshTokens(clock),
            pushed=Expiring(clock),
            tickets=Tickets(clock),
            deliveries=Deliveries(),
            sources=Expiring(clock),
            crowd=Crowd(),
        )

    def caller(
        self, asking: Asking, endpoint: str, *, public: bool = False
    ) -> tuple[Application, dict[str, str]]:
        """Return the application that calls and the form it sent; POST only.

        public: whether one without a secret may call too. Raises RefusedError for another method,
        a bad form or bad client credentials.
        """
        form = asking.posted()
        application = authenticate(asking, form, self.directory, public=public)
        self.counters.authenticated(endpoint, application.id)
        return application, form


Endpoint = Callable[[World, Asking], Reply | Coroutine[None, None, Reply]]
