"""Real keys, made once a session, and a clock that stands still."""

from collections.abc import Callable

import pytest

from gatepost.oidc import Key, KeySet, generate, sign
from gatepost.values import FixedClock, Headers, Reply

NOW = 1_800_000_000


@pytest.fixture(scope="session")
def rsa() -> Key:
    return generate("RS256", "rsa-1")


@pytest.fixture(scope="session")
def ec() -> Key:
    return generate("ES256", "ec-1")


@pytest.fixture(scope="session")
def stranger() -> Key:
    """A key of nobody we trust, under the name of one whom we do."""
    return generate("RS256", "rsa-1")


@pytest.fixture(scope="session")
def keys(rsa: Key, ec: Key) -> KeySet:
    return KeySet.read(KeySet((rsa, ec)).public(), "https://issuer.example")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture(scope="session")
def mint(rsa: Key) -> Callable[..., str]:
    """Sign an honest token; keywords change claims, and ``...`` leaves one out."""

    def make(key: Key = rsa, header: dict[str, object] | None = None, **claims: object) -> str:
        honest = {
            "iss": "https://issuer.example",
            "sub": "alice",
            "aud": "https://api.example",
            "iat": NOW - 10,
            "exp": NOW + 300,
        }
        members = {k: v for k, v in {**honest, **claims}.items() if v is not ...}
        return sign(members, key, header=header)

    return make


@pytest.fixture(scope="session")
def answer() -> Callable[..., Reply]:
    def make(body: str | bytes, *, status: int = 200, media: str = "application/json") -> Reply:
        raw = body.encode() if isinstance(body, str) else body
        return Reply(status, Headers([("Content-Type", media)]), raw)

    return make
