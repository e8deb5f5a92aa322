"""The World itself: that it runs, and that its canary can sing."""

import pytest

from tests.integration.world import World

pytestmark = pytest.mark.integration

OPEN = """
_format_version: "3.0"
services:
  - name: api
    url: $ECHO
    routes:
      - {name: open, paths: [/open]}
"""


def test_a_world_serves_and_ends_without_a_trace() -> None:
    with World.start(OPEN) as world:
        assert world.get("/open/get").status == 200
        assert world.proxy_ssl.get("/open/get").status == 200
        pids = [process["pid"] for process in world.status.get("/status").json()["processes"]]
    assert len(pids) == 2
    assert not world.directory.exists()
    assert world.node.popen.returncode == 0


def test_a_secret_in_a_log_is_found() -> None:
    with World.start(OPEN) as world:
        world.secrets.add("canary-canary-canary")
        world.node.lines.append("oops: canary-canary-canary")
        with pytest.raises(AssertionError, match="secrets were written"):
            world.scan()
        world.node.lines.pop()


def test_a_secret_in_a_file_of_nginx_is_found() -> None:
    with World.start(OPEN) as world:
        world.secrets.add("canary-canary-canary")
        log = world.prefix / "nginx" / "error.log"
        log.write_text("canary-canary-canary")
        with pytest.raises(AssertionError, match="secrets were written"):
            world.scan()
        log.write_text("")
