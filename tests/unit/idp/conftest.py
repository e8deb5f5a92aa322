"""A provider on a real socket, and its state alone."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from gatepost.idp import IdentityProvider, read_seed, running
from gatepost.idp.endpoints import World
from gatepost.values import FixedClock
from tests.unit.idp.calling import Client
from tests.unit.idp.party import Party, listening
from tests.unit.idp.person import Person, replace


@pytest.fixture
async def idp() -> AsyncIterator[Client]:
    """The default seed, ES256 (quick to make), and a clock that stands still."""
    clock = FixedClock(1_800_000_000.0)
    async with running(clock=clock, alg="ES256") as provider, aiohttp.ClientSession() as http:
        yield Client(provider, http, clock)


@pytest.fixture
def world() -> World:
    """The state alone, without a server."""
    return IdentityProvider(
        issuer="http://idp/oauth2/default",
        seed=read_seed(),
        clock=FixedClock(1_800_000_000.0),
        alg="ES256",
    ).world


@pytest.fixture
async def person(idp: Client) -> AsyncIterator[Person]:
    """Somebody at a browser, not signed in."""
    one = Person(idp)
    async with one.http:
        yield one


@pytest.fixture
async def party(idp: Client) -> AsyncIterator[Party]:
    """Where demo-app is told about logouts."""
    async with listening() as one:
        await replace(idp, backchannel_logout_uri=one.url)
        yield one
