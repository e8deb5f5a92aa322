from collections.abc import Iterator

import pytest

from tests.providers.redis_server import RedisServer, redis_server


@pytest.fixture(scope="session")
def shared_redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture
def redis(shared_redis: RedisServer) -> RedisServer:
    """One server for all tests of a process, empty."""
    shared_redis.run("FLUSHALL")
    return shared_redis
