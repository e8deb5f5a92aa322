"""The engine's look-up against an oracle that tries every route in Kong's order, through nginx."""

import functools
import http.client
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gatepost.engine import path_to_send
from gatepost.model import Route, Snapshot
from gatepost.store.kong_yaml import KongYamlError, read
from tests.integration.engine_world import Answer, EngineWorld
from tests.ports import free_port

pytestmark = [pytest.mark.integration, pytest.mark.slow]

HOSTS = ["a.test", "b.test", "x.a.test", "*.test", "*.a.test", "a.*", "a.test:8080", "b.test:80"]
PATHS = [
    "/",
    "/a",
    "/a/",
    "/a/b",
    "/ab",
    "/a/b/c",
    "/b",
    "~/a",
    "~/a/(b|c)",
    "~/[a-z]+/b$",
    "~/a|/b",
]
SNIS = ["s.test", "*.test", "t.test"]


def subsets(values: list[str], most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True)


@st.composite
def routes(draw: st.DrawFn) -> dict[str, Any]:
    route: dict[str, Any] = {
        "hosts": draw(subsets(HOSTS, 2)),
        "paths": draw(subsets(PATHS, 3)),
        "methods": draw(subsets(["GET", "POST"], 1)),
        "headers": draw(
            st.sampled_from(
                [
                    {},
                    {},
                    {"X-K": ["1", "Two"]},
                    {"x-m": ["~*^a.*b$"]},
                    {"x-k": ["1"], "x-m": ["ab"]},
                ]
            )
        ),
        "snis": draw(st.sampled_from([[], [], [], *([one] for one in SNIS)])),
        "regex_priority": draw(st.integers(-1, 2)),
        "created_at": draw(st.integers(1, 3)),
        "strip_path": draw(st.booleans()),
        "path_handling": draw(st.sampled_from(["v0", "v1"])),
    }
    if not any(route[name] for name in ("hosts", "paths", "methods", "headers", "snis")):
        route["paths"] = ["/"]
    return route


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    host = draw(
        st.sampled_from(["a.test", "b.test", "x.a.test", "y.x.a.test", "c.test", "a.other"])
    )
    pieces = draw(
        st.lists(st.sampled_from(["a", "b", "c", "ab", "%61", "b.", "x%2Fy"]), max_size=4)
    )
    return {
        "host": host,
        "spelled": draw(st.sampled_from([host, host.upper(), host + "."])),
        "port": draw(st.sampled_from([None, None, 80, 8080])),
        "path": "/" + "/".join(pieces) + draw(st.sampled_from(["", "", "/"])),
        "method": draw(st.sampled_from(["GET", "POST", "PUT"])),
        "headers": draw(
            st.sampled_from(
                [{}, {"X-K": "1"}, {"x-k": "TWO", "X-M": "aXb"}, {"X-M": "ab", "X-K": "1"}]
            )
        ),
        "sni": draw(st.sampled_from([None, None, None, "s.test", "t.test", "u.other"])),
    }


Place = tuple[Route, str | None]


def before(one: Place, other: Place) -> int:
    """Compare as the documented order does, rule by rule; negative when ``one`` comes first."""
    a, b = one[0], other[0]
    kinds = ("hosts", "headers", "paths", "methods", "snis")
    set_a, set_b = ([bool(getattr(r, kind)) for kind in kinds] for r in (a, b))
    if sum(set_a) != sum(set_b):
        return sum(set_b) - sum(set_a)
    if set_a != set_b:
        return -1 if set_a > set_b else 1
    wild_a, wild_b = (any("*" in host for host in r.hosts) for r in (a, b))
    if wild_a != wild_b:
        return 1 if wild_a else -1
    if len(a.headers) != len(b.headers):
        return len(b.headers) - len(a.headers)
    regex_a, regex_b = ((path or "").startswith("~") for _, path in (one, other))
    if regex_a != regex_b:
        return -1 if regex_a else 1
    if regex_a and a.regex_priority != b.regex_priority:
        return b.regex_priority - a.regex_priority
    size_a, size_b = (len((path or "").lstrip("~")) for _, path in (one, other))
    if size_a != size_b:
        return size_b - size_a
    if a.created_at != b.created_at:
        return a.created_at - b.created_at
    key_a, key_b = (a.id, one[1] or ""), (b.id, other[1] or "")
    return -1 if key_a < key_b else 1 if key_a > key_b else 0


def host_fits(pattern: str, host: str, port: int) -> bool:
    name, _, wanted = pattern.partition(":")
    regex = re.escape(name).replace(r"\*", ".+")
    return re.fullmatch(regex, host) is not None and (not wanted or int(wanted) == port)


def expected(snapshot: Snapshot, asked: dict[str, Any]) -> tuple[Route, int] | None:
    path = re.sub("/+", "/", asked["path"].replace("%61", "a"))
    default = 80 if asked["sni"] is None else 443
    port = asked["port"] or default
    headers = {name.lower(): value for name, value in asked["headers"].items()}
    every = [(route, path_) for route in snapshot.routes for path_ in (route.paths or (None,))]
    for route, wanted in sorted(every, key=functools.cmp_to_key(before)):
        length = 0
        if wanted is not None and wanted.startswith("~"):
            found = re.match(wanted[1:], path)
            if found is None:
                continue
            length = found.end()
        elif wanted is not None:
            if not path.startswith(wanted):
                continue
            length = len(wanted)
        if route.methods and asked["method"] not in route.methods:
            continue
        if route.hosts and not any(host_fits(one, asked["host"], port) for one in route.hosts):
            continue
        sni = asked["sni"]
        if route.snis and sni is not None and not any(host_fits(s, sni, 0) for s in route.snis):
            continue
        if all(
            _header_fits(values, headers.get(name.lower()))
            for name, values in route.headers.items()
        ):
            return route, length
    return None


def _header_fits(wanted: tuple[str, ...], value: str | None) -> bool:
    if value is None:
        return False
    if wanted[0].startswith("~*"):
        return re.search(wanted[0][2:], value, re.IGNORECASE) is not None
    return value.lower() in {one.lower() for one in wanted}


TELL = """
header_filter_by_lua_block {
  local state = require "gatepost.state"
  local route = state.routes[state.key()]
  if route then ngx.header["X-Route"] = route.id end
}
error_page 494 """


class Gate:
    """One nginx for all cases, with kept connections."""

    def __init__(self) -> None:
        self.upstream = free_port()
        echo = (
            f'server {{ listen 127.0.0.1:{self.upstream}; return 200 "$request_uri"; }}\nserver {{'
        )
        start = {"services": [{"name": "s", "url": "http://127.0.0.1:1"}], "_format_version": "3.0"}
        self.world = EngineWorld(
            json.dumps(start),
            extra_conf=lambda text: text.replace("error_page 494 ", TELL).replace(
                "server {", echo, 1
            ),
        )
        self.connections: dict[str | None, http.client.HTTPConnection] = {}

    def push(self, text: str) -> bool:
        try:
            self.world.push(text)
        except KongYamlError:
            return False
        return True

    def ask(self, asked: dict[str, Any]) -> Answer:
        sni = asked["sni"]
        connection = self.connections.get(sni)
        if connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.world.port, timeout=20)
            if sni is not None:
                connection.sock = self.world.tls_socket(sni)
            self.connections[sni] = connection
        connection.putrequest(
            asked["method"], asked["path"], skip_host=True, skip_accept_encoding=True
        )
        port = f":{asked['port']}" if asked["port"] else ""
        connection.putheader("Host", asked["spelled"] + port)
        for name, value in asked["headers"].items():
            connection.putheader(name, value)
        connection.endheaders()
        reply = connection.getresponse()
        answer = Answer(reply.status, reply.getheaders(), reply.read())
        if reply.will_close or connection.sock is None:
            connection.close()
            del self.connections[sni]
        return answer


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    gate = Gate()
    with gate.world:
        yield gate
        for connection in gate.connections.values():
            connection.close()


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking through nginx takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    st.lists(routes(), min_size=1, max_size=12),
    st.lists(requests(), min_size=80, max_size=80),
    st.sampled_from([None, "/s", "/s/"]),
)
def test_the_engine_takes_the_route_that_the_documented_order_names(
    gate: Gate, made: list[dict[str, Any]], asked: list[dict[str, Any]], base: str | None
) -> None:
    service: dict[str, Any] = {
        "name": "s",
        "host": "127.0.0.1",
        "port": gate.upstream,
        "path": base,
    }
    for number, route in enumerate(made):
        route["name"] = f"r{number}"
    service["routes"] = made
    text = json.dumps({"_format_version": "3.0", "services": [service]})
    if not gate.push(text):
        return
    snapshot = read(text)
    for one in asked:
        answer = gate.ask(one)
        wanted = expected(snapshot, one)
        told = answer.header("X-Route")
        if wanted is None:
            assert (answer.status, told) == (404, None), one
            assert answer.message == "no Route matched with those values"
            continue
        route, length = wanted
        path = re.sub("/+", "/", one["path"].replace("%61", "a"))
        try:
            sent, _ = path_to_send(route, base, path, length)
        except ValueError:
            assert answer.status == 400, one
            continue
        assert told == route.id, (one, answer)
        assert (answer.status, answer.body.decode()) == (200, sent), (one, route, answer)
