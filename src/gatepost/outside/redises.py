"""The Redises that one process uses: one client for each, made when it is first needed."""

from typing import final

from gatepost.outside.redis_board import RedisBoard
from gatepost.outside.redis_client import RedisClient
from gatepost.outside.redis_store import RedisStore
from gatepost.plugin import Board, Store
from gatepost.values import RedisSettings

IDLE = 600.0
"""Seconds after which connections that nobody uses may be closed."""


@final
class Redises:
    """Clients by their settings. Use within one event loop; ``close`` when done."""

    def __init__(self) -> None:
        self._clients: dict[RedisSettings, RedisClient] = {}

    def client(self, settings: RedisSettings) -> RedisClient:
        """Return the client of a Redis."""
        found = self._clients.get(settings)
        if found is None:
            found = self._clients[settings] = RedisClient(settings)
        return found

    def store(self, settings: RedisSettings) -> Store:
        """Return the records of a Redis."""
        return RedisStore(self.client(settings))

    def board(self, settings: RedisSettings) -> Board:
        """Return where the nodes that share a Redis tell one another of errands."""
        return RedisBoard(self.client(settings))

    async def tidy(self, idle: float = IDLE) -> None:
        """Close connections that a configuration of before may have left; they come back if asked.

        idle: seconds for which nobody used them.
        """
        for client in self._clients.values():
            if client.idle >= idle:
                await client.close()

    async def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            await client.close()
