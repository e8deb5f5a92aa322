"""The engine's life apart from requests: what is pushed into it, rights, deaths, size."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepost.engine.items import join
from tests.integration.engine_world import EngineWorld
from tests.integration.recorder import Recorder

pytestmark = pytest.mark.integration

CONF = """
_format_version: "3.0"
services:
- name: api
  url: http://127.0.0.1:{port}
  routes:
  - {{name: open, paths: [/open]}}
"""


@pytest.fixture(scope="module")
def upstream() -> Iterator[Recorder]:
    with Recorder() as recorder:
        yield recorder


@pytest.fixture(scope="module")
def world(upstream: Recorder) -> Iterator[EngineWorld]:
    with EngineWorld(CONF.format(port=upstream.port)) as world:
        yield world


@pytest.fixture(autouse=True)
def fresh(upstream: Recorder) -> None:
    upstream.seen.clear()


def test_a_regex_that_pcre_does_not_understand_is_refused_at_the_push(world: EngineWorld) -> None:
    body = b'{"id":"x","name":"bad","regex":"/(?<=a+)b"}'
    answer = world.control("POST", "/tables/put", join([b"r:x", body]))
    assert answer.status == 422
    assert b"route bad" in answer.body
    assert world.get("/open").status == 200


def test_a_version_without_its_root_is_not_switched_to(world: EngineWorld) -> None:
    assert world.control("POST", "/tables/switch", b"999999").status == 409
    assert world.get("/open").status == 200


def test_tables_that_do_not_fit_are_refused(world: EngineWorld) -> None:
    body = join([b"u:large", b"x" * (80 << 20)])
    assert world.control("POST", "/tables/put", body).status == 507
    assert world.control("POST", "/tables/put", b"\0\0\0\x09abc").status == 400
    assert world.get("/open").status == 200


def test_nginx_needs_no_privileges(upstream: Recorder, tmp_path: Path) -> None:
    with EngineWorld(CONF.format(port=upstream.port), workers=2, unprivileged=True) as world:
        owners = {Path(f"/proc/{pid}").stat().st_uid for pid in (world.pid, *world.worker_pids())}
        assert 0 not in owners
        assert world.ask("POST", "/open", body=b"x" * 300_000).status == 200
        assert upstream.seen[0].body == b"x" * 300_000
        world.reload()
        assert world.get("/open").status == 200


def test_workers_that_are_killed_are_replaced_and_know_the_tables(upstream: Recorder) -> None:
    with EngineWorld(CONF.format(port=upstream.port)) as world:
        before = world.worker_pids()
        os.kill(before[0], signal.SIGKILL)
        world.wait(lambda: bool(world.worker_pids()) and world.worker_pids() != before)
        world.wait(lambda: world.get("/open").status == 200)


def test_ten_thousand_routes_of_one_host_are_live_at_once(upstream: Recorder) -> None:
    routes = [{"name": f"r{n}", "paths": [f"/team{n % 37}/svc{n}/"]} for n in range(10_000)]
    service = {"name": "s", "url": f"http://127.0.0.1:{upstream.port}", "routes": routes}
    text = json.dumps({"_format_version": "3.0", "services": [service]})
    with EngineWorld(CONF.format(port=upstream.port)) as world:
        world._compile(text, None)
        began = time.monotonic()
        world.push_tables()
        pushed = time.monotonic()
        assert world.get("/team6/svc43/x").status == 200
        first = time.monotonic()
        assert world.get("/team0/svc9990/x").status == 200
        assert world.get("/team1/svc9990/x").status == 404
        assert pushed - began < 2
        assert first - pushed < 0.5
