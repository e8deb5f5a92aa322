"""The calls under ``/dev``: counting, misbehaving, minting, logouts. Okta has none of them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gatepost.idp.endpoints import World
from gatepost.idp.mint import BadMintError, mint
from gatepost.idp.misbehave import BadOrderError, Misbehaviour
from gatepost.idp.okta_answers import reply

ROOT = "/dev"


class Development:
    """What tests and the demo ask of a provider beside the protocol."""

    def __init__(
        self, world: World, misbehaviour: Misbehaviour, endpoints: tuple[str, ...]
    ) -> None:
        self._world = world
        self._misbehaviour = misbehaviour
        self._endpoints = list(endpoints)

    def routes(self) -> list[BaseRoute]:
        """Return the routes, relative to the host."""
        return [
            Route(f"{ROOT}/counters", self._counters, methods=["GET", "DELETE"]),
            Route(f"{ROOT}/misbehave", self._misbehave, methods=["GET", "POST", "DELETE"]),
            Route(f"{ROOT}/mint", self._mint, methods=["POST"]),
            Route(f"{ROOT}/logouts", self._logouts, methods=["GET", "DELETE"]),
        ]

    async def _counters(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._world.counters.reset()
        return reply(self._world.counters.shown(self._endpoints))

    async def _misbehave(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._world.orders.clear()
            self._world.places.restore()
        if request.method == "POST":
            try:
                self._misbehaviour.order(await request.body())
            except BadOrderError as error:
                return reply({"error": str(error)}, 400)
        return reply(
            {
                "due": self._world.orders.shown(),
                "faults": {
                    name: self._misbehaviour.faults(name) for name in self._misbehaviour.endpoints
                },
            }
        )

    async def _mint(self, request: Request) -> Response:
        try:
            return reply({"token": mint(self._world, await request.body())})
        except BadMintError as error:
            return reply({"error": str(error)}, 400)

    async def _logouts(self, request: Request) -> Response:
        """Tell what applications were told about logouts, and what they answered."""
        if request.method == "DELETE":
            self._world.deliveries.clear()
        return reply(self._world.deliveries.shown())
