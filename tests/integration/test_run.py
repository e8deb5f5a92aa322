"""``gatepost run``: READY, changes of the file, bad files, the status API, draining."""

import http.client
import threading
import time
from collections.abc import Iterator

import pytest

from tests.integration.world import Client, World

pytestmark = pytest.mark.integration

OPEN = """
_format_version: "3.0"
services:
  - name: api
    url: $ECHO
    routes:
      - {name: open, paths: [/open]}
"""
TWO = OPEN + "      - {name: more, paths: [/more]}\n"
TEN_MISTAKES = """
_format_version: "3.0"
services:
  - name: api
    url: $ECHO
    port: nonsense
    colour: red
    retries: -5
    routes:
      - {name: a, paths: [no-slash]}
      - {name: b}
      - {name: c, paths: [/c], protocols: [gopher]}
      - {name: d, paths: ["~/("]}
      - {name: e, paths: [/e], https_redirect_status_code: 999}
    plugins:
      - {name: openid-conect}
      - {name: openid-connect, config: {issuer: 5, auth_methods: [bearer]}}
unknown_things: []
"""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A World for those who leave it as it is."""
    with World.start(OPEN) as running:
        yield running


def test_the_file_is_followed_and_a_bad_one_changes_nothing() -> None:
    with World.start(OPEN) as world:
        assert world.get("/more/get").status == 404
        world.change(TWO)
        assert world.get("/more/get").status == 200

        world.write(TEN_MISTAKES)
        world.until(
            lambda: world.status.get("/status").json()["configuration"]["problem"] is not None,
            "the bad file is noticed",
        )
        problem = world.status.get("/status").json()["configuration"]["problem"]
        for place in (
            "services[0].port", "services[0].colour", "services[0].retries",
            "services[0].routes[0].paths[0]", "services[0].routes[1]",
            "services[0].routes[2].protocols", "services[0].routes[3].paths[0]",
            "services[0].routes[4].https_redirect_status_code",
            "services[0].plugins[0]: plugin 'openid-conect'",
            "services[0].plugins[1].config.issuer",
            "unknown_things",
        ):  # fmt: skip
            assert place in problem, problem
        assert world.get("/more/get").status == 200
        assert "the configuration stays as it was" in world.node.output

        world.change(OPEN)
        assert world.get("/more/get").status == 404
        assert world.status.get("/status").json()["configuration"]["problem"] is None


def test_a_bad_file_at_the_start_ends_with_every_mistake_and_status_2() -> None:
    with World.start(OPEN, node=False) as world:
        world.write(TEN_MISTAKES)
        where = ("--prefix", str(world.prefix), "--status", "127.0.0.1:0")
        done = world.gatepost("run", str(world.file), *where)
        assert done.returncode == 2
        assert done.stdout == ""
        assert "services[0].routes[3].paths[0]" in done.stderr
        assert "did you mean openid-connect" in done.stderr
        world.node = world.echo_process


def test_changes_under_load_fail_no_request() -> None:
    with World.start(OPEN) as world:
        bad: list[object] = []
        done = threading.Event()

        def load() -> None:
            connection = http.client.HTTPConnection(world.proxy.host, world.proxy.port, timeout=10)
            while not done.is_set():
                connection.request("GET", "/open/get")
                reply = connection.getresponse()
                reply.read()
                if reply.status != 200:
                    bad.append(reply.status)
            connection.close()

        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            for number in range(10):
                extra = f"      - {{name: r{number}, paths: [/r{number}]}}\n"
                world.change(OPEN + extra)
                assert world.get(f"/r{number}/get").status == 200
        finally:
            done.set()
            for thread in threads:
                thread.join()
        assert bad == []


def test_a_second_agent_on_the_same_prefix_is_refused(world: World) -> None:
    done = world.gatepost(
        "run", str(world.file), "--prefix", str(world.prefix), "--proxy", "127.0.0.1:0",
        "--proxy-ssl", "off", "--status", "127.0.0.1:0",
    )  # fmt: skip
    assert done.returncode == 2
    assert "Another gatepost runs with the directory" in done.stderr
    assert world.get("/open/get").status == 200


def test_a_port_in_use_is_named_with_what_to_do(world: World) -> None:
    taken = f"127.0.0.1:{world.proxy.port}"
    done = world.gatepost(
        "run", str(world.file), "--prefix", str(world.directory / "other"), "--proxy", taken,
        "--proxy-ssl", "off", "--status", "127.0.0.1:0",
    )  # fmt: skip
    assert done.returncode == 2
    assert f"proxy cannot listen on {taken}" in done.stderr
    assert "--proxy" in done.stderr


def test_an_open_request_finishes_when_the_node_is_told_to_stop() -> None:
    with World.start(OPEN) as world:
        answers: list[int] = []
        slow = threading.Thread(
            target=lambda: answers.append(world.proxy.get("/open/delay/1").status)
        )
        slow.start()
        time.sleep(0.4)
        assert world.node.stop() == 0
        slow.join()
        assert answers == [200]
        with pytest.raises(OSError, match="refused"):
            world.proxy.get("/open/get")


def test_the_status_api_refuses_browsers_and_answers_programs(world: World) -> None:
    status: Client = world.status
    assert status.get("/status/ready").status == 200
    whole = status.get("/status").json()
    assert len(whole["configuration_hash"]) == 32
    assert whole["server"]["connections_active"] >= 1
    assert [one["name"] for one in whole["processes"]] == ["nginx", "authorizer 0"]
    assert status.get("/status", {"Host": "evil.example:8007"}).status == 403
    assert status.get("/status", {"Origin": "http://evil.example"}).status == 403
    form = {"Content-Type": "text/plain"}
    assert status.send("POST", "/revocations", b'{"subject":"a"}', form).status == 415
    assert status.get("/nothing").status == 404
    world.get("/open/get")
    world.until(
        lambda: (
            'gatepost_http_requests_total{code="2xx",route="open"'
            in status.get("/metrics").body.decode()
        ),
        "the request is counted",
    )


def test_the_last_good_configuration_can_start_a_node_whose_file_went_bad() -> None:
    with World.start(OPEN) as world:
        world.node.stop()
        world.write("nonsense: [")
        world.start_node("--last-good")
        assert world.get("/open/get").status == 200
        assert "starting with the configuration that last worked" in world.node.output
