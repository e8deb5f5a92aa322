"""The hot path stays machine code: one added loop or tail call would cost 3 to 4 µs, silently.

LuaJIT compiles a phase as one trace or interprets it. It says what it did in a log that a setting
for developers names.
"""

import http.client
import json
import time
from pathlib import Path

import pytest

from bench.traces import Function, function, given_up, not_compiled, returning
from gatepost.engine import PlanSpec
from gatepost.engine.question import Question
from gatepost.plugin import Decision, Edits, Forward, Memory
from gatepost.store import read
from tests.integration.engine_world import EngineWorld, changed
from tests.integration.recorder import Recorder
from tests.integration.scripted_authorizer import ScriptedAuthorizer
from tests.integration.world import World

pytestmark = [pytest.mark.integration, pytest.mark.slow]

LUA = Path("src/gatepost/engine/lua/gatepost")
REQUESTS = 3000
REMEMBERED = """
_format_version: "3.0"
services:
  - name: api
    url: $ECHO
    routes:
      - name: remembered
        paths: [/remembered]
        plugins:
          - name: openid-connect
            config:
              issuer: $ISSUER
              client_id: [gateway]
              client_secret: [gateway-secret]
              auth_methods: [introspection]
              bearer_token_param_type: [header]
              upstream_headers_claims: [iss]
              upstream_headers_names: [X-Issuer]
              consumer_claim: [client_id]
              consumer_by: [username]
consumers:
  - username: tutorial-opaque
"""


def test_every_phase_of_the_hot_path_is_compiled_and_nothing_in_it_is_given_up(
    tmp_path: Path,
) -> None:
    hot = [
        function(LUA / "access.lua", "M.run"),
        function(LUA / "access.lua", "M.log"),
        function(LUA / "upstream.lua", "M.balance"),
    ]
    log = tmp_path / "traces"
    environment = {"GATEPOST_TRACE_LOG": str(log)}
    with World.start(REMEMBERED, arguments=("--workers", "1"), environment=environment) as world:
        headers = {"Authorization": f"Bearer {world.token()}"}
        connection = http.client.HTTPConnection(world.proxy.host, world.proxy.port, timeout=10)
        for _ in range(REQUESTS):
            connection.request("GET", "/remembered/status/200", headers=headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
        connection.close()
        assert world.calls("introspect") == 1, "this was not the remembered path"
    said = log.read_text()
    assert not_compiled(said, hot) == [], said
    assert list(given_up(said, hot)) == [], said


OWN = ("session", "session2", "session3", "flow_*")
SESSION = "session=" + "s" * 1400
TRACED = 3
"""Requests of each kind of which a worker tells in a second."""
BROWSERS = {
    "alone": {"Cookie": SESSION},
    "for a page": {"Cookie": SESSION, "Accept": "text/html,*/*", "Sec-Fetch-Mode": "navigate"},
    "for a script": {"Cookie": SESSION, "Accept": "*/*", "Sec-Fetch-Mode": "cors"},
    "before others": {"Cookie": f"{SESSION}; theme=dark; ci_session=1; lang=en"},
    "in pieces": {"Cookie": f"lang=en; {SESSION}; session2=t; session3=u; theme=dark"},
    "behind others": {"Cookie": f"theme=dark; ci_session=1; lang=en; {SESSION}"},
}
"""How a session comes, as headers."""


def let_in(question: Question) -> tuple[Decision, Memory]:
    edits = Edits(headers=(("X-Subject", "somebody"),), remove_cookies=OWN)
    return Forward(edits), Memory(until=time.time() + 3600)


@pytest.mark.parametrize("how", BROWSERS)
def test_a_remembered_session_is_compiled_too(how: str) -> None:
    said, hot = asked_for(BROWSERS[how], TRACED)
    assert not_compiled(said, hot) == [], said
    assert list(given_up(said, hot)) == [], said


def test_where_the_first_requests_are_all_told_of_the_others_are_compiled_beside_them() -> None:
    said, hot = asked_for(BROWSERS["alone"], 500)
    assert not_compiled(said, hot) == [], said
    assert [line for line in given_up(said, hot) if " stitch " not in line] == [], said
    log = hot[1]
    assert any(log.holds(*place) for place in returning(said)), said


def asked_for(headers: dict[str, str], traced: int) -> tuple[str, list[Function]]:
    """Ask a few thousand times; return what the trace compiler says, and the hot functions."""
    hot = [
        function(LUA / "access.lua", "M.run"),
        function(LUA / "access.lua", "M.log"),
        function(LUA / "upstream.lua", "M.balance"),
        function(LUA / "apply.lua", "M.response"),
    ]
    attributes = (
        "bit:body", "bit:cookie-prefix:flow_", "bit:method:DELETE", "bit:navigation",
        "bit:path-suffix:/logout", "bit:query:code", "cookies:session", "cookies:session2",
        "cookies:session3", "header:authorization",
    )  # fmt: skip
    plan = PlanSpec(
        "1" * 64, attributes, identity_headers=("X-Subject",), cookies=OWN, session_cookie="session"
    )
    with Recorder() as upstream:
        routes = [{"name": "r", "paths": ["/"]}]
        url = f"http://127.0.0.1:{upstream.port}"
        services = [{"name": "s", "url": url, "routes": routes}]
        snapshot = read(json.dumps({"_format_version": "3.0", "services": services}))
        plans = {snapshot.routes[0].id: plan}
        world = EngineWorld(snapshot, plans=plans)
        log = world.root / "nginx" / "traces"
        world.settings = changed(trace_log=log, traces=traced)(world.settings)
        with world, _authorizer(world) as authorizer:
            connection = http.client.HTTPConnection("127.0.0.1", world.port, timeout=10)
            for _ in range(REQUESTS):
                connection.request("GET", "/x", headers=headers)
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200
            connection.close()
            assert len(authorizer.asked) == 1, "this was not the remembered path"
            said = log.read_text()
    assert upstream.seen[-1].all("X-Subject") == ["somebody"]
    left = "".join(upstream.seen[-1].all("Cookie"))
    assert left in {"", "theme=dark; ci_session=1; lang=en", "lang=en; theme=dark"}
    return said, hot


def _authorizer(world: EngineWorld) -> ScriptedAuthorizer:
    return ScriptedAuthorizer(world.authorizer_socket, (world.root / "secret").read_bytes(), let_in)
