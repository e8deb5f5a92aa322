"""Sessions in the hands of whoever writes to their Redis, or knows their secret: C6, C11, C12."""

import re
import secrets
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import pytest

from gatepost.plugin.plugin import Site
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.session import Seals
from tests.integration.hostile_web import Web, hostile_web, kept
from tests.integration.login_world import SECRET
from tests.integration.person import Person
from tests.providers.redis_server import RedisServer, redis_server

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@dataclass
class Kept:
    """A web application whose sessions lie in a Redis, and that Redis."""

    web: Web
    redis: RedisServer

    def logged_in(self, login: str) -> tuple[str, str]:
        """Log somebody in; return the Cookie header and the key of the record."""
        before = self.keys()
        cookie = session(self.web.logged_in("/kept/page", login))
        (key,) = self.keys() - before
        return cookie, key

    def keys(self) -> set[str]:
        found: list[bytes] = self.redis.run("KEYS", "*session:*")
        return {key.decode() for key in found}

    def user(self, cookie: str) -> str | None:
        return self.web.user(cookie, PROBE)


PROBE = "/probe/page"
"""A page of the same configuration, where nothing is remembered of whoever logged in elsewhere."""


@pytest.fixture(scope="module")
def place() -> Iterator[Kept]:
    with redis_server() as server:
        where = {"host": "127.0.0.1", "port": server.port}
        stored = {"session_storage": "redis", "redis": where, "session_idling_timeout": 0}
        with hostile_web({"kept": stored, "probe": stored, "app": {}}) as web:
            yield Kept(web, server)


def session(one: Person) -> str:
    (jar,) = one.cookies.values()
    return f"session={jar['session']}"


def test_the_cookie_of_a_stored_session_is_a_handle_that_says_and_guesses_nothing(
    place: Kept,
) -> None:
    (alice, key), (bob, _) = place.logged_in("alice"), place.logged_in("bob")
    assert (place.user(alice), place.user(bob)) == ("alice", "bob")
    assert len(alice) < 150
    content = place.redis.run("GET", key)
    assert re.search(rb"alice|eyJ|sub", content) is None, "what lies there is sealed"
    name = key.rpartition(":")[2]
    guesses = [name, name[:32], f"1{name}", f"2{name}", key]
    place.web.refuses(*(f"session={one}" for one in guesses), path=PROBE)
    place.web.refuses(alice, path="/app/page")


def test_a_record_that_was_put_in_place_of_another_is_nobodys(place: Kept) -> None:
    (alice, hers), (bob, his) = place.logged_in("alice"), place.logged_in("bob")
    one, two = place.redis.run("GET", hers), place.redis.run("GET", his)
    place.redis.run("SET", hers, two)
    place.redis.run("SET", his, one)
    place.web.refuses(alice, path=PROBE)
    place.web.refuses(bob, path=PROBE)
    place.redis.run("SET", hers, one)
    assert place.user(alice) == "alice"


def test_whatever_else_lies_in_its_place_is_no_session_and_no_error(place: Kept) -> None:
    alice, key = place.logged_in("alice")
    good = place.redis.run("GET", key)
    flipped = [bytes([*good[:at], good[at] ^ 1, *good[at + 1 :]]) for at in (0, 1, 5, 21, 40, -1)]
    for bad in (b"", b"\0", b"{}", good[:-1], good[:21], good + b"\0", good * 2, *flipped):
        place.redis.run("SET", key, bad)
        place.web.refuses(alice, path=PROBE)
    place.redis.run("DEL", key)
    place.web.refuses(alice, path=PROBE)
    place.redis.run("RPUSH", key, "a list")
    with place.web.quiet():
        assert place.web.call(alice, PROBE).status == 503, "the store does not answer"
    place.redis.run("SET", key, good)
    assert place.user(alice) == "alice"


def test_a_record_that_is_brought_back_after_the_logout_is_refused(place: Kept) -> None:
    alice, key = place.logged_in("alice")
    saved = place.redis.run("GET", key)
    assert place.user(alice) == "alice"
    assert place.web.call(alice, "/kept/logout", method="POST").status == 303
    assert place.redis.run("GET", key) is None
    for path in (PROBE, "/kept/page"):
        place.web.refuses(alice, path=path)
    place.redis.run("SET", key, saved)
    for path in (PROBE, "/kept/page"):
        place.web.refuses(alice, path=path)


def test_a_login_takes_no_handle_that_was_planted(place: Kept) -> None:
    planted, key = place.logged_in("bob")
    place.redis.run("DEL", key)  # it is over, but its owner knows its name
    victim, back = place.web.began("/kept/page")
    victim.jar(place.web.world.proxy.url)["session"] = planted.partition("=")[2]
    assert victim.open(back).status == 200
    assert session(victim) != planted
    assert place.redis.run("GET", key) is None
    place.web.refuses(planted, path=PROBE)
    assert place.user(session(victim)) == "alice"


# -- C11, and what another version of ours might have sealed


def test_what_is_rightly_sealed_but_no_session_is_refused_without_an_error(place: Kept) -> None:
    issuer = place.web.world.issuer
    config = OpenIdConnectConfig.model_validate({"issuer": issuer, "session_secret": SECRET})
    seals = Seals(config, Site())

    def sealed(content: bytes, kind: str = "session") -> str:
        return seals.close_text(content, kind, "session", random=secrets.token_bytes)

    def cookie(text: str) -> str:
        pieces = [text[at : at + 3_800] for at in range(0, len(text), 3_800)]
        pieces[0] = f"{len(pieces)}{pieces[0]}"
        names = ["session", *(f"session{number}" for number in range(2, len(pieces) + 1))]
        return "; ".join(f"{name}={piece}" for name, piece in zip(names, pieces, strict=True))

    def packed(value: object) -> bytes:
        return b"\x01" + zlib.compress(msgspec.msgpack.encode(value), 9)

    texts, times = ["a" * 32, issuer, "hostile-web", "password", "alice", None], [1e9] * 4
    good = [*texts, *times, "token", 1e9]
    bomb = b"\x01" + zlib.compress(b"\0" * 8_000_000, 9)
    contents = [
        b"",
        b"\x00",
        b"\x01",
        b"\x02",
        b"\x02" + b"../../x",
        b"\x02" + b"\0" * 16,
        b"\x03" + packed(good)[1:],
        bomb,
        b"\x01" + zlib.compress(msgspec.msgpack.encode(good), 9)[:-3],
        packed([]),
        packed({"sub": "alice"}),
        packed([*texts, "never", *times[1:], "token", 1e9]),
        packed([*texts, *times, "token", float("nan")]),
        packed([*texts, *times, "token", float("inf"), float("-inf")]),
        packed([*texts, *times, b"\xff", 1e9]),
        packed([[]] * 20),
        packed(good),  # it idled in 2001
    ]
    recent = [*texts, *[time.time()] * 4, "token", time.time()]
    for path in ("/app/page", "/kept/page"):
        assert place.web.call(cookie(sealed(packed(recent))), path).status == 200, "it is the seal"
        found = [cookie(sealed(content)) for content in contents]
        found += [cookie(sealed(packed(good), kind)) for kind in ("flow", "trail", "remember")]
        found.append(cookie(sealed(packed(good)))[:-1])
        answers = [place.web.call(one, path) for one in found]
        assert [answer.status for answer in answers] == [401] * len(found)
        assert [kept(answer) for answer in answers] == [[]] * len(found)
