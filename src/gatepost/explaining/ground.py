"""What explanations of one configuration share: the order of its routes, and its consumers."""

from functools import cached_property

from gatepost.engine import Asked, Match, match, places
from gatepost.engine.rank import Place
from gatepost.model import Snapshot
from gatepost.plugin import HttpRequest, People, Person


class Ground:
    """One Snapshot. What is worked out is kept, so keep this for as long as that runs."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @cached_property
    def order(self) -> tuple[Place, ...]:
        """The places of all live routes in the order in which they are tried."""
        return tuple(places(self.snapshot.live_routes()))

    @cached_property
    def people(self) -> People:
        """The consumers."""
        return People(
            Person(one.id, one.username, one.custom_id) for one in self.snapshot.consumers
        )

    def found(self, request: HttpRequest) -> Match | None:
        """Return the route of a request; None for none."""
        names = {name.lower() for name, _ in request.headers}
        asked = Asked(
            host=request.host,
            path=request.path,
            method=request.method,
            port=request.port,
            sni=request.sni,
            headers={name: request.headers.all(name) for name in names},
        )
        return match(self.order, asked)

    def place(self, found: Match) -> int:
        """Return which place of the order it is, from 1."""
        return self.order.index(found.place) + 1
