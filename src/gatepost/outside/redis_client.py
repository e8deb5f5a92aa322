"""One Redis, spoken to with a deadline: commands and scripts in, plain values or a Fault out.

Whatever goes wrong is Fault(by=OURS) ``store.unreachable`` in time. Its words name the server, the
kind of failure and never an argument: arguments are keys, records and passwords.
"""

import asyncio
import hashlib
import re
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from redis import exceptions

from gatepost.outside.redis_connecting import Client, client_of
from gatepost.values import By, Fault, RedisSettings

RETRY_AFTER = 5
"""Seconds after which asking again makes sense."""

_REFUSED = (
    exceptions.AuthenticationError,
    exceptions.AuthorizationError,
    exceptions.AuthenticationWrongNumberOfArgsError,
    exceptions.NoPermissionError,
)
_NO_RIGHT = re.compile("ACL failure in script|The user executing the script")
_CODE = re.compile(r"[A-Z]{2,20}(?= )")

Word = str | bytes | int | float


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script, which the server runs as one step. text: KEYS and ARGV are its parameters."""

    text: str
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        # What Redis calls a script by; nothing rests on its strength.
        digest = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()
        object.__setattr__(self, "digest", digest)


class RedisClient:
    """Commands to one Redis. Use within one event loop; ``close`` when done."""

    def __init__(self, settings: RedisSettings) -> None:
        self.settings = settings
        self._client: Client | None = None
        self._room = asyncio.Semaphore(settings.pool)
        self._running = 0
        self._used = time.monotonic()

    @property
    def deadline(self) -> float:
        """Seconds that a command takes at most, with whatever has to be done for it first."""
        way = self.settings
        addresses = 1 + (len(way.sentinel_nodes) if way.sentinel_master is not None else 0)
        return way.connect_timeout * addresses + way.send_timeout + way.read_timeout

    @property
    def idle(self) -> float:
        """Seconds for which nothing ran."""
        return 0.0 if self._running else time.monotonic() - self._used

    async def run(self, *words: Word, deadline: float | None = None) -> Any:
        """Run a command and return what the library makes of its answer."""
        return await self._in_time(lambda client: _execute(client, *words), deadline)

    async def script(
        self, script: Script, keys: Sequence[str], *arguments: Word, deadline: float | None = None
    ) -> Any:
        """Run a script, by its digest where the server knows it. All keys lie in one slot."""

        async def ask(client: Client) -> Any:
            rest = (len(keys), *keys, *arguments)
            try:
                return await _execute(client, "EVALSHA", script.digest, *rest)
            except exceptions.NoScriptError:
                return await _execute(client, "EVAL", script.text, *rest)

        return await self._in_time(ask, deadline)

    async def close(self) -> None:
        """Close all connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _in_time(
        self, ask: Callable[[Client], Awaitable[Any]], deadline: float | None
    ) -> Any:
        self._running += 1
        try:
            async with asyncio.timeout(deadline or self.deadline), self._room:
                if self._client is None:
                    self._client = client_of(self.settings)
                return await _twice(self._client, ask)
        except Exception as error:
            raise self._fault(error) from None
        finally:
            self._running -= 1
            self._used = time.monotonic()

    def _fault(self, error: Exception) -> Fault:
        inner = error.__cause__ if isinstance(error.__cause__, exceptions.RedisError) else error
        code = _CODE.match(str(inner))
        cause = f"{self.settings.name}: {type(inner).__name__}{f' {code.group()}' if code else ''}"
        message = f"The Redis at {self.settings.name} cannot be reached."
        # Within a script a missing right has no code of its own.
        if isinstance(inner, _REFUSED) or _NO_RIGHT.search(str(inner)):
            message = (
                f"The Redis at {self.settings.name} refuses us: look at username and password, "
                "and at what its ACL allows that user."
            )
        elif isinstance(inner, exceptions.ReadOnlyError):
            message = f"The Redis at {self.settings.name} is a replica, which takes no writes."
        distrust = _distrust(error)
        if distrust is not None:
            cause = f"{self.settings.name}: {distrust}"
            message = (
                f"The certificate of the Redis at {self.settings.name} is not accepted: let this "
                "machine trust the authority that issued it, and set server_name where it names "
                "another host."
            )
        return Fault("store.unreachable", message, by=By.OURS, cause=cause, retry_after=RETRY_AFTER)


def _distrust(error: BaseException | None) -> str | None:
    """Return why a certificate was not accepted, in OpenSSL's words; None for other failures."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return None


async def _twice(client: Client, ask: Callable[[Client], Awaitable[Any]]) -> Any:
    """Ask, and once more when a connection that was kept turned out dead.

    It is the first that the pool hands out again, and it connects anew. Everything that we ask
    may be asked twice: whoever claims or locks says who he is, and who replaces a record and hears
    that it was another finds his own when he looks again.
    """
    try:
        return await ask(client)
    except exceptions.ConnectionError as error:
        if isinstance(error, _REFUSED):
            raise
    return await ask(client)


async def _execute(client: Client, *words: Word) -> Any:
    return await client.commands.execute_command(*words)
