"""Holes that a hostile reading of the node found, each closed and kept closed."""

import contextlib
import socket
import time

import pytest

from tests.integration.world import World

pytestmark = pytest.mark.integration

MAPPED = """
_format_version: "3.0"
services:
  - name: api
    url: $ECHO
    routes:
      - name: mapped
        paths: [/mapped]
        plugins:
          - name: openid-connect
            config:
              issuer: $ISSUER
              client_id: [gateway]
              client_secret: [gateway-secret]
              auth_methods: [introspection]
              consumer_claim: [client_id]
              consumer_by: [username]
"""
# A regular expression that Python takes and nginx does not, so that nginx refuses the tables.
REFUSED = MAPPED + '      - {name: bad, paths: ["~/bad/(?a:x)"]}\n'
CONSUMER = "consumers:\n  - username: tutorial-opaque\n"


def test_a_configuration_that_nginx_refuses_brings_no_consumer_with_it() -> None:
    with World.start(MAPPED) as world:
        assert world.get("/mapped/get", world.token()).status == 403
        world.write(REFUSED + CONSUMER)
        world.until(
            lambda: world.status.get("/status").json()["configuration"]["problem"] is not None,
            "the bad file is noticed",
        )
        assert world.get("/mapped/get", world.token()).status == 403
        world.change(MAPPED + CONSUMER)
        assert world.get("/mapped/get", world.token()).status == 200


def test_the_requests_of_a_consumer_are_counted_remembered_or_not() -> None:
    with World.start(MAPPED + CONSUMER) as world:
        token = world.token()
        assert [world.get("/mapped/status/201", token).status for _ in range(3)] == [201] * 3
        assert world.get("/mapped/status/418", token).status == 418
        world.until(
            lambda: (
                {
                    line.partition("{")[2].partition(",")[0]: line.rpartition(" ")[2]
                    for line in world.status.get("/metrics").body.decode().splitlines()
                    if line.startswith("gatepost_consumer_requests_total{")
                    and 'consumer="tutorial-opaque"' in line
                }
                == {'code="2xx"': "3", 'code="4xx"': "1"}
            ),
            "the consumer's requests are counted",
        )


IN_BODIES = """
_format_version: "3.0"
services:
  - name: api
    url: $ECHO
    routes:
      - name: bodies
        paths: [/bodies]
        plugins:
          - name: openid-connect
            config:
              issuer: $ISSUER
              client_id: [gateway]
              client_secret: [gateway-secret]
              auth_methods: [introspection]
              bearer_token_param_type: [body]
"""
FORM = "application/x-www-form-urlencoded"


def test_a_slow_body_keeps_nobody_waiting() -> None:
    """A body is read after the questions that others share, and never one of a stated size."""
    with World.start(IN_BODIES) as world:
        fields = f"Host: a\r\nContent-Type: {FORM}\r\nContent-Length: "
        head = f"POST /bodies/anything HTTP/1.1\r\n{fields}"
        address = (world.proxy.host, world.proxy.port)
        with contextlib.ExitStack() as slow:
            for _ in range(8):  # some for each of nginx's workers
                one = slow.enter_context(socket.create_connection(address))
                one.sendall(f"{head}100\r\n\r\n".encode())
            time.sleep(0.5)
            body = f"access_token={world.token()}".encode()
            for _ in range(8):
                began = time.monotonic()
                answer = world.proxy.send("POST", "/bodies/anything", body, {"Content-Type": FORM})
                assert answer.status == 200
                assert time.monotonic() - began < 1.5
        with socket.create_connection(address, timeout=10) as huge:
            huge.sendall(f"{head}50000000\r\n\r\n".encode())
            assert b" 401 " in huge.recv(65536)
