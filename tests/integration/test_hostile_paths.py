"""Hostile paths at a whole node: rows P1 to P14 of the attack catalogue.

One form of the path is matched, judged and sent. So what arrives at an upstream lies under the
path of the route whose policy judged it, also in the eyes of servers that decode, that cut
parameters off, or that take a backslash for a slash.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random
from urllib.parse import unquote

import pytest

from gatepost.engine import normal
from tests.integration.attacker import at_once, request, status_of
from tests.integration.recorder import Recorder, Seen
from tests.integration.world import ANY_REFUSALS, World

pytestmark = pytest.mark.integration

OPEN = ("/public", "/base", "/v1/open", "/v22/open")
CLOSED = ("/admin", "/inner", "/v1/admin")


def kong_yaml(open_: int, closed: int) -> str:
    plugin = "plugins: [{name: openid-connect, config: {issuer: $ISSUER, auth_methods: [bearer]}}]"
    return f"""
_format_version: "3.0"
services:
- name: open
  url: http://127.0.0.1:{open_}
  routes:
  - {{name: public, paths: [/public], strip_path: false}}
  - {{name: versions, paths: ["~/v[0-9]+/open"], strip_path: false}}
  - {{name: outside, hosts: [outside.test], paths: [/h], strip_path: false, preserve_host: true}}
  - {{name: reading, paths: [/methods], methods: [GET], strip_path: false}}
- name: based
  url: http://127.0.0.1:{open_}/base
  routes:
  - {{name: shop, paths: [/shop]}}
- name: closed
  url: http://127.0.0.1:{closed}
  routes:
  - {{name: admin, paths: [/admin], strip_path: false, {plugin}}}
  - {{name: closed, paths: ["~/v[0-9]+/admin"], strip_path: false, {plugin}}}
  - {{name: inside, hosts: [inside.test], paths: [/h], strip_path: false,
      preserve_host: true, {plugin}}}
  - {{name: writing, paths: [/methods], strip_path: false, {plugin}}}
- name: inner
  url: http://127.0.0.1:{closed}/inner
  routes:
  - {{name: vault, paths: [/vault], {plugin}}}
"""


@dataclass(frozen=True)
class Paths:
    """A World, the upstream behind its open routes, and the one behind its closed ones."""

    world: World
    open: Recorder
    closed: Recorder


@pytest.fixture(scope="module")
def paths() -> Iterator[Paths]:
    with Recorder() as open_, Recorder() as closed:
        text = kong_yaml(open_.port, closed.port)
        with World.start(text, arguments=ANY_REFUSALS) as world:
            yield Paths(world, open_, closed)


@pytest.fixture(autouse=True)
def fresh(paths: Paths) -> None:
    paths.open.seen.clear()
    paths.closed.seen.clear()


# -- how others read a path


def as_files(path: str) -> str:
    """Decode once, then resolve: WSGI servers and whoever serves files."""
    return posixpath.normpath(unquote(path, "latin-1")).replace("//", "/")


def as_browsers(path: str) -> str:
    """Take encoded dots for dots and a backslash for a slash (WHATWG URL); decode nothing."""
    found: list[str] = []
    for segment in path.replace("\\", "/").split("/"):
        plain = re.sub("%2e", ".", segment, flags=re.IGNORECASE)
        if plain == "..":
            del found[-1:]
        elif plain not in {".", ""}:
            found.append(segment)
    return "/" + "/".join(found)


def as_servlets(path: str) -> str:
    """Cut parameters off each segment, decode, resolve."""
    return as_files("/".join(segment.split(";")[0] for segment in path.split("/")))


def as_careless(path: str) -> str:
    """Decode, take backslashes for slashes, cut parameters off, resolve."""
    plain = unquote(path, "latin-1").replace("\\", "/")
    plain = "/".join(segment.split(";")[0] for segment in plain.split("/"))
    return posixpath.normpath(plain.split("\0")[0]).replace("//", "/")


READERS = (as_files, as_browsers, as_servlets, as_careless)


def test_the_readers_see_what_they_should() -> None:
    assert as_files("/public/%2e%2e/admin") == "/admin"
    assert as_browsers("/public/%2E%2e\\admin") == "/admin"
    assert as_servlets("/public/..;x/admin") == "/admin"
    assert as_careless("/public%5c..%3b/admin") == "/admin"


def lies_under(seen: Seen, prefixes: tuple[str, ...]) -> bool:
    path = seen.target.split("?")[0]
    own = [prefix for prefix in prefixes if path.startswith(prefix)]
    if not own:
        return False
    return all(read(path).startswith(own[0]) for read in READERS)


# -- the corpus

TRICKS = (
    "", ".", "..", "%2e", "%2e%2e", "%2E%2E", ".%2e", "%2e.", "..;", "..;a=b", ".;", ";", ";x=1",
    "%2e%2e;", "..%3b", "%2e%2e%3B", "..%2f", "%2f..", "..%2F..", "..%5c", "%5c..", "..\\", "\\",
    "%252e%252e", "%252f", "%c0%ae%c0%ae", "..%c0%af", "%u002e%u002e", "%00", "..%00", "%0a", "%0d",
    "..%09", "%20", "..%20", "%zz", "%", "#", "%23", "?", "%3f", "...", "....", "..a", "a..",
    "\xe2\x80\xa5", "%e2%80%a5", "\xef\xbc\x8f", "x", "~", "*", "'", "%7e", "%61", ":", "@",
)  # fmt: skip
STARTS = ("/public", "/shop", "/v1/open", "/public/x", "/shop/", "/v22/open", "")
ENDS = ("/admin", "/vault", "/admin/x", "/v1/admin", "admin", "/%61dmin", "/ADMIN", "/inner/x")


def corpus() -> list[str]:
    """Return more than 1,500 spellings, the same in each run."""
    random = Random(20_240_917)
    found = [f"{start}/{trick}{end}" for start, trick, end in product(STARTS[:3], TRICKS, ENDS[:2])]
    found += [f"{start}{trick}{end}" for start, trick, end in product(STARTS[:2], TRICKS, ENDS[:2])]
    for _ in range(1100):
        pieces = [random.choice(STARTS)]
        pieces += [
            random.choice(("/", "/", "//", "")) + random.choice(TRICKS)
            for _ in range(random.randint(1, 4))
        ]
        found.append("".join(pieces) + random.choice(ENDS))
    return list(dict.fromkeys(path for path in found if path.startswith("/")))


def test_the_corpus_is_large_and_full_of_ways_out() -> None:
    found = corpus()
    assert len(found) >= 1500
    escaping = [
        path
        for path in found
        if path.startswith(("/public", "/shop"))
        and any(read(path).startswith(("/admin", "/vault")) for read in READERS)
    ]
    assert len(escaping) >= 100


def send(paths: Paths, path: str, *lines: str) -> int:
    return status_of(request(paths.world, path.encode("latin-1"), *lines))


def test_p1_to_p9_no_spelling_reaches_a_closed_upstream_without_a_credential(
    paths: Paths,
) -> None:
    found = corpus()
    statuses = at_once(lambda path: send(paths, path), found)
    assert not paths.closed.seen, [seen.line for seen in paths.closed.seen]
    strays = [seen.line for seen in paths.open.seen if not lies_under(seen, OPEN)]
    assert not strays
    assert set(statuses) <= {200, 400, 401, 404}, set(statuses)
    assert min(statuses.count(status) for status in (200, 400, 401, 404)) > 20


def test_p13_with_a_credential_each_upstream_gets_only_what_lies_under_its_policy(
    paths: Paths,
) -> None:
    token = paths.world.token("tutorial-jwt")
    found = corpus()[::2]
    at_once(lambda path: send(paths, path, f"Authorization: Bearer {token}"), found)
    assert len(paths.closed.seen) > 20
    for recorder, prefixes in ((paths.open, OPEN), (paths.closed, CLOSED)):
        strays = [seen.line for seen in recorder.seen if not lies_under(seen, prefixes)]
        assert not strays


def test_p13_the_path_that_explain_judges_is_the_path_that_is_sent(paths: Paths) -> None:
    for path in corpus()[::7]:
        if not path.startswith("/public"):
            continue
        paths.open.seen.clear()
        status = send(paths, path)
        raw, _, _ = path.partition("?")
        try:
            wanted = normal(raw.encode("latin-1"))
        except ValueError:
            assert status == 400, path
            continue
        sent = [seen.target.partition("?")[0] for seen in paths.open.seen]
        if status == 200:
            assert sent == [wanted], path
        else:
            assert status in (400, 401, 404), path
            assert sent == []


@pytest.mark.parametrize(
    ("target", "host", "status"),
    [
        ("http://outside.test/h", "inside.test", 200),
        ("http://inside.test/h", "outside.test", 401),
        ("http://OUTSIDE.test:80/h", "inside.test", 200),
        ("http://inside.test./h", "outside.test", 401),
        ("HTTP://inside.test/h", "outside.test", 401),
        ("http://outside.test@inside.test/h", "outside.test", 400),
        ("http://outside.test\\@inside.test/h", "outside.test", 400),
        ("http:///h", "outside.test", 400),
        ("ftp://outside.test/h", "inside.test", 400),
        ("//inside.test/h", "outside.test", 404),
        ("inside.test:80", "outside.test", 400),
        ("*", "outside.test", 400),
        ("h", "outside.test", 400),
    ],
)
def test_p8_host_and_path_come_from_one_place(
    paths: Paths, target: str, host: str, status: int
) -> None:
    answer = request(paths.world, target, host=host)
    # nginx takes every scheme; what counts is that the target's host decides
    expected = {status, 200} if target.startswith("ftp") else {status}
    assert status_of(answer) in expected, answer
    assert not paths.closed.seen
    for seen in paths.open.seen:
        assert seen.all("Host")[0].lower().startswith("outside.test")
        assert seen.target == "/h"


@pytest.mark.parametrize(
    "method", ["HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "FOO", "PROPFIND", "get",
               "GETT", "TRACE", "CONNECT", "G\tT", "GET\0", "Ge"],
)  # fmt: skip
def test_p10_an_open_method_opens_no_other(paths: Paths, method: str) -> None:
    override = ("X-HTTP-Method-Override: GET", "X-Method-Override: GET", "X-HTTP-Method: GET")
    for more in ((), override):
        status = status_of(request(paths.world, "/methods/x", *more, method=method))
        assert status in (400, 401, 405)
    assert not paths.open.seen
    assert not paths.closed.seen
    assert status_of(request(paths.world, "/methods/x", "X-HTTP-Method-Override: PUT")) == 200
    assert [seen.method for seen in paths.open.seen] == ["GET"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/admin", "/v1/admin%0a", "/v1/%61dmin", "/v1/./admin", "/v1//admin",
        "/v1/open/../admin", "/v1/x/../admin", "//v1/admin", "/v1/admin;x", "/v1/admin/",
        "/v1/admin?open",
        "/v0000000000000000001/admin", "/" + "v1/../" * 50 + "v1/admin",
    ],
)  # fmt: skip
def test_p12_a_regex_route_sees_the_normal_form(paths: Paths, path: str) -> None:
    assert send(paths, path) == 401
    assert not paths.open.seen
    assert not paths.closed.seen


def test_p12_a_newline_in_a_path_is_no_end_of_it(paths: Paths) -> None:
    for path in ("/v1/ope%0an", "/v1%0a/open", "/%0av1/open", "/x%0a/v1/open", "/x/v1/open"):
        assert send(paths, path) == 404, path


@pytest.mark.parametrize(
    "path",
    ["/.gatepost-error", "/%2egatepost-error", "/.gatepost-variables", "//.gatepost-error",
     "/public/../.gatepost-error", "/.gatepost-error?x", "/@http-f", "/%40https", "/@plain"],
)  # fmt: skip
def test_p14_the_gateways_own_places_are_nobodys_path(paths: Paths, path: str) -> None:
    token = paths.world.token("tutorial-jwt")
    assert send(paths, path, f"Authorization: Bearer {token}") == 404
    assert not paths.open.seen
    assert not paths.closed.seen


def test_p7_a_query_is_no_path(paths: Paths) -> None:
    for query in ("/public?/../admin", "/public/x?a=/admin", "/public?x=..%2fadmin", "/public??"):
        assert send(paths, query) == 200
    assert [seen.target.split("?")[0] for seen in paths.open.seen] == [
        "/public", "/public/x", "/public", "/public",
    ]  # fmt: skip
    assert send(paths, "/admin?/public") == 401
    assert send(paths, "/admin%3f/public") == 401
    assert send(paths, "/public?a#/admin") == 400
    assert not paths.closed.seen
