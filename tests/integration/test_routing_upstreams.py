"""Peers, turns, retries, timeouts and upstream TLS through a real nginx."""

import contextlib
import json
import socket
import ssl
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.integration.authority import Authority
from tests.integration.engine_world import EngineWorld
from tests.integration.recorder import Recorder, Seen
from tests.ports import free_port

pytestmark = pytest.mark.integration


def conf(*services: dict[str, Any], **more: Any) -> str:
    return json.dumps({"_format_version": "3.0", "services": list(services), **more})


def service(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "routes": [{"name": name, "paths": [f"/{name}"]}], **fields}


def hang_up(seen: Seen, connection: socket.socket) -> bool:
    connection.shutdown(socket.SHUT_RDWR)
    return True


def stay_silent(seen: Seen, connection: socket.socket) -> bool:
    with contextlib.suppress(OSError):
        time.sleep(3)
    return True


def test_turns_follow_the_weights_exactly_and_zero_is_off() -> None:
    with Recorder() as a, Recorder() as b, Recorder() as c:
        targets = [
            {"target": f"127.0.0.1:{a.port}", "weight": 30},
            {"target": f"127.0.0.1:{b.port}", "weight": 10},
            {"target": f"127.0.0.1:{c.port}", "weight": 0},
        ]
        upstreams = [{"name": "pool.test", "targets": targets}]
        text = conf(service("s", host="pool.test"), upstreams=upstreams)
        with EngineWorld(text) as world:
            for _ in range(40):
                assert world.get("/s").status == 200
        assert [len(one.seen) for one in (a, b, c)] == [30, 10, 0]
        assert a.seen[0].all("Host") == ["pool.test"]


def test_no_peer_and_no_address_are_503_in_kongs_words() -> None:
    upstreams = [
        {"name": "empty.test"},
        {"name": "off.test", "targets": [{"target": "127.0.0.1:1", "weight": 0}]},
    ]
    text = conf(
        service("empty", host="empty.test"),
        service("off", host="off.test"),
        service("unknown", host="unknown.test"),
        upstreams=upstreams,
    )
    with EngineWorld(text) as world:
        for path in ("/empty", "/off"):
            answer = world.get(path)
            assert answer.status == 503
            assert answer.message == "failure to get a peer from the ring-balancer"
        answer = world.get("/unknown")
        assert (answer.status, answer.message) == (503, "name resolution failed")
        assert world.tables.hosts == ("unknown.test",)


def test_names_are_those_that_were_pushed_and_a_change_needs_no_version() -> None:
    with Recorder() as a, Recorder() as b:
        text = conf(service("s", host="api.test", port=a.port), service("t", host="api.test"))
        with EngineWorld(text, names={"api.test": ["127.0.0.1"]}) as world:
            assert world.get("/s").status == 200
            assert a.seen[0].all("Host") == [f"api.test:{a.port}"]
            world.push_names({"api.test": ["::1"]})
            assert world.get("/s").status == 502  # nobody listens on that address
            world.push_names({"api.test": ["127.0.0.2", "127.0.0.1"]})
            assert Counter(world.get("/s").status for _ in range(4)) == {200: 4}
            world.push_names({})
            assert world.get("/s").status == 503
        assert b.seen == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_what_may_be_repeated_is_tried_elsewhere(method: str) -> None:
    statuses, bad, good = two_requests(method)
    assert statuses == [200, 200]
    assert bad in (1, 2)
    assert good == 2


@pytest.mark.parametrize("method", ["POST", "PATCH", "LOCK", "FROB"])
def test_what_is_not_safe_to_repeat_is_sent_once(method: str) -> None:
    statuses, bad, good = two_requests(method)
    assert sorted(statuses) == [200, 502]
    assert (bad, good) == (1, 1)


def two_requests(method: str) -> tuple[list[int], int, int]:
    """Ask twice, so that one of the turns begins with a peer that takes the request and hangs up.

    Return the statuses, and how many requests the bad and the good peer got.
    """
    with Recorder(behave=hang_up) as bad, Recorder() as good:
        targets = [{"target": f"127.0.0.1:{one.port}"} for one in (bad, good)]
        upstreams = [{"name": "pool.test", "targets": targets}]
        text = conf(service("s", host="pool.test"), upstreams=upstreams)
        with EngineWorld(text) as world:
            body = b"x" if method in {"POST", "PATCH", "PUT"} else None
            statuses = [world.ask(method, "/s", body=body).status for _ in range(2)]
        return statuses, len(bad.seen), len(good.seen)


def test_a_connection_that_was_refused_is_tried_elsewhere_for_every_known_method() -> None:
    with Recorder() as good:
        targets = [{"target": f"127.0.0.1:{port}"} for port in (free_port(), good.port)]
        upstreams = [{"name": "pool.test", "targets": targets}]
        text = conf(service("s", host="pool.test"), upstreams=upstreams)
        with EngineWorld(text) as world:
            for method in ("GET", "POST", "PATCH", "DELETE"):
                for _ in range(2):
                    assert world.ask(method, "/s", body=b"x").status == 200, method


def test_retries_are_counted_and_may_be_none() -> None:
    with Recorder(behave=hang_up) as bad:
        text = conf(
            service("none", host="127.0.0.1", port=bad.port, retries=0),
            service("two", host="127.0.0.1", port=bad.port, retries=2),
        )
        with EngineWorld(text) as world:
            assert world.get("/none").status == 502
            assert len(bad.seen) == 1
            answer = world.get("/two")
            assert answer.status == 502
            assert answer.message == "An invalid response was received from the upstream server"
            assert len(bad.seen) == 4


def test_a_timeout_is_504_after_the_services_own_time() -> None:
    with Recorder(behave=stay_silent) as slow:
        text = conf(service("s", host="127.0.0.1", port=slow.port, retries=0, read_timeout=300))
        with EngineWorld(text) as world:
            began = time.monotonic()
            answer = world.get("/s")
            assert (answer.status, answer.message) == (504, "The upstream server is timing out")
            assert 0.25 < time.monotonic() - began < 2


def test_an_upstreams_own_error_and_its_headers_pass_as_they_are() -> None:
    def behave(seen: Seen, connection: socket.socket) -> bool:
        connection.sendall(
            b"HTTP/1.1 503 Nope\r\nServer: theirs\r\nX-Accel-Redirect: /secret\r\n"
            b"Location: http://127.0.0.1/x\r\nContent-Length: 4\r\n\r\nbody"
        )
        return True

    with Recorder(behave=behave) as up:
        text = conf(service("s", host="127.0.0.1", port=up.port), service("secret", host="x.test"))
        with EngineWorld(text) as world:
            answer = world.get("/s")
            assert (answer.status, answer.body) == (503, b"body")
            assert answer.header("Server") == "theirs"
            assert answer.header("Location") == "http://127.0.0.1/x"


@pytest.fixture
def tls(tmp_path: Path) -> tuple[Authority, Authority]:
    return Authority(tmp_path), Authority(tmp_path, "Other CA")


def authority_entity(authority: Authority, ident: str) -> dict[str, Any]:
    return {"id": f"00000000-0000-4000-8000-00000000000{ident}", "cert": authority.pem}


def test_upstream_tls_is_verified_where_it_is_asked_for(tls: tuple[Authority, Authority]) -> None:
    good, other = tls
    cas = [authority_entity(good, "1"), authority_entity(other, "2")]
    with Recorder(context=good.server("api.test", clients=True)) as up:

        def to(name: str, host: str = "api.test", **fields: Any) -> dict[str, Any]:
            return service(name, host=host, protocol="https", port=up.port, retries=0, **fields)

        text = conf(
            to("fine", tls_verify=True, ca_certificates=[cas[0]["id"]]),
            to("wrong-name", "else.test", tls_verify=True, ca_certificates=[cas[0]["id"]]),
            to("wrong-ca", tls_verify=True, ca_certificates=[cas[1]["id"]]),
            to("system", tls_verify=True),
            to("unasked"),
            ca_certificates=cas,
        )
        names = {"api.test": ["127.0.0.1"], "else.test": ["127.0.0.1"]}
        with EngineWorld(text, names=names) as world:
            for _ in range(3):  # also over connections that others opened
                statuses = {name: world.get(f"/{name}").status for name in (
                    "unasked", "fine", "wrong-name", "wrong-ca", "system",
                )}  # fmt: skip
                assert statuses == {
                    "fine": 200, "wrong-name": 502, "wrong-ca": 502, "system": 502, "unasked": 200,
                }  # fmt: skip
            secure = {name: world.get(f"/{name}").status for name in ("fine", "wrong-ca")}
            assert secure == {"fine": 200, "wrong-ca": 502}


def test_no_pooled_connection_is_used_under_another_identity(
    tls: tuple[Authority, Authority],
) -> None:
    good, _ = tls
    pairs = [good.pair("one.client"), good.pair("two.client")]
    certificates = [
        {"id": f"00000000-0000-4000-8000-00000000001{n}", "cert": cert, "key": key}
        for n, (cert, key) in enumerate(pairs)
    ]
    asked: list[tuple[str | None, str | None]] = []
    context = good.server("a.test", "b.test", clients=True)
    by_connection: dict[int, str | None] = {}

    def remember_name(sock: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        by_connection[id(sock)] = name
        names_seen.append(name)

    names_seen: list[str | None] = []
    context.sni_callback = remember_name  # type: ignore[assignment]

    def behave(seen: Seen, connection: socket.socket) -> bool:
        assert isinstance(connection, ssl.SSLSocket)
        peer: Any = connection.getpeercert()
        subject = peer["subject"][0][0][1] if peer else None
        asked.append((by_connection[id(connection)], subject))
        body = json.dumps([by_connection[id(connection)], subject]).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        return True

    with Recorder(context=context, behave=behave) as up:

        def to(name: str, host: str, **fields: Any) -> dict[str, Any]:
            return service(name, host=host, protocol="https", port=up.port, **fields)

        text = conf(
            to("a", "a.test"),
            to("b", "b.test"),
            to("one", "a.test", client_certificate=certificates[0]["id"]),
            to("two", "a.test", client_certificate=certificates[1]["id"]),
            service("plain", host="a.test", port=up.port),
            certificates=certificates,
        )
        names = {"a.test": ["127.0.0.1"], "b.test": ["127.0.0.1"]}
        with EngineWorld(text, names=names) as world:
            wanted = {
                "a": ["a.test", None],
                "b": ["b.test", None],
                "one": ["a.test", "one.client"],
                "two": ["a.test", "two.client"],
            }
            for _ in range(5):
                for name, identity in wanted.items():
                    assert world.get(f"/{name}").json() == identity
                assert world.get("/plain").status == 502  # never down a TLS connection
        assert up.connections < 20 + 5 * 7, "connections are kept"
        assert len(names_seen) == 4


def test_new_names_need_no_reload_while_spare_slots_last_and_a_new_trust_needs_one(
    tls: tuple[Authority, Authority],
) -> None:
    good, _ = tls
    ca = authority_entity(good, "1")
    hosts = [f"h{n}.test" for n in range(40)]
    with Recorder(context=good.server(*hosts)) as up:

        def services(count: int, **fields: Any) -> str:
            made = [
                service(f"s{n}", host=hosts[n], protocol="https", port=up.port, **fields)
                for n in range(count)
            ]
            return conf(*made, ca_certificates=[ca])

        names = {host: ["127.0.0.1"] for host in hosts}
        with EngineWorld(services(2), names=names) as world:
            assert world.push(services(10)) is False
            assert world.get("/s9").status == 200
            assert world.push(services(30)) is True
            assert {world.get(f"/s{n}").status for n in range(30)} == {200}
            assert world.push(services(5, tls_verify=True, ca_certificates=[ca["id"]])) is True
            assert world.get("/s4").status == 200


def test_listeners_show_the_certificate_of_the_name_that_was_asked_for(
    tls: tuple[Authority, Authority],
) -> None:
    good, _ = tls
    certificates = []
    for name in ("shop.test", "*.shop.test", "shop.*"):
        cert, key = good.pair("example.test")
        certificates.append({"cert": cert, "key": key, "snis": [{"name": name}]})

    def shown(world: EngineWorld, name: str) -> str:
        with world.tls_socket(name) as connection:
            der = connection.getpeercert(binary_form=True)
        assert der is not None
        return next(
            (
                pem
                for pem in [c["cert"] for c in certificates]
                if ssl.PEM_cert_to_DER_cert(pem) == der
            ),
            "",
        )

    with EngineWorld(conf(certificates=certificates[:2])) as world:
        assert shown(world, "shop.test") == certificates[0]["cert"]
        assert shown(world, "a.shop.test") == certificates[1]["cert"]
        assert shown(world, "else.test") == ""
        world.push(conf(certificates=certificates[2:]))
        assert shown(world, "shop.test") == certificates[2]["cert"]
        assert shown(world, "a.shop.test") == ""
        assert shown(world, "") == ""


def test_a_hundred_versions_under_load_fail_no_request() -> None:
    with Recorder() as a, Recorder() as b:
        failures: list[Any] = []
        done = threading.Event()
        count = 0

        def load(world: EngineWorld) -> None:
            nonlocal count
            while not done.is_set():
                answer = world.get("/s/x")
                count += 1
                if answer.status != 200:
                    failures.append(answer)

        with EngineWorld(conf(service("s", host="127.0.0.1", port=a.port)), workers=2) as world:
            threads = [threading.Thread(target=load, args=(world,)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for n in range(100):
                port = (a, b)[n % 2].port
                more = [service(f"more{n}-{m}", host="127.0.0.1", port=1) for m in range(20)]
                world.push(conf(service("s", host="127.0.0.1", port=port), *more))
            done.set()
            for thread in threads:
                thread.join()
            assert not failures, failures[:3]
            assert count > 100
            assert world.get("/more99-3").status == 502
            assert world.get("/more98-3").status == 404
            sent = len(world.shelf.versions)
            assert sent == 2
