"""The hot path stays machine code: one added loop or tail call would cost 3 to 4 µs, silently.

LuaJIT compiles a phase as one trace or interprets it. It says what it did in a log that a setting
for developers names.
"""

import http.client
from pathlib import Path

import pytest

from bench.traces import function, given_up, not_compiled
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
