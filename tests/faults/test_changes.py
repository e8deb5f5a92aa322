"""Configuration changes under load: no request fails, each is at work when told."""

import datetime
import re
import signal
import time
from collections.abc import Iterator
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.faults.load import Next, load
from tests.faults.outages import problem
from tests.faults.scene import CONFIGURATION, Scene, scene, wait

pytestmark = [pytest.mark.integration, pytest.mark.slow]

CHANGES = 100
MISTAKES = """
_format_version: "3.0"
services:
  - name: api
    url: $UPSTREAM
    colour: red
    retries: -5
    connect_timeout: soon
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
PLACES = (
    "services[0].colour",
    "services[0].retries",
    "services[0].connect_timeout",
    "services[0].routes[0].paths[0]",
    "services[0].routes[1]",
    "services[0].routes[2].protocols",
    "services[0].routes[3].paths[0]",
    "services[0].routes[4].https_redirect_status_code",
    "openid-conect",
    "services[0].plugins[1].config.issuer",
    "unknown_things",
)


@pytest.fixture(scope="module")
def world() -> Iterator[Scene]:
    with scene() as world:
        yield world


def good_ones(world: Scene) -> Next:
    tokens = [world.jwt(None) for _ in range(20)] + [None]
    opaque = [world.opaque(None) for _ in range(10)]
    paths = [("/jwt/x" if token else "/open/x", token) for token in tokens]
    paths += [("/introspected/x", token) for token in opaque]
    count = 0

    def following() -> tuple[str, str | None, bool]:
        nonlocal count
        count += 1
        return *paths[count % len(paths)], True

    return following


def changed(world: Scene, text: str) -> None:
    """Write the file, say so, and wait until it is at work."""
    before = world.versions()
    world.write(text.replace("$UPSTREAM", world.echo.url))
    world.node.popen.send_signal(signal.SIGHUP)
    world.until(lambda: world.versions() > before, "the change is taken", every=0.005)


def numbered(number: int) -> str:
    """Return the configuration of one change: another route each time, and another policy."""
    extra = f"      - {{name: extra, paths: [/extra-{number}]}}\n"
    text = CONFIGURATION.rstrip("\n") + "\n" + extra
    # A policy that differs: all that was remembered under the old one is judged anew.
    return text.replace("timeout: 1000", f"timeout: {1000 + number // 2}")


def test_100_changes_under_load_fail_no_request(world: Scene) -> None:
    following = good_ones(world)
    with load(world.proxy_port, following) as found:
        wait(lambda: found.good > 100, "the load runs")
        began = time.monotonic()
        for number in range(1, CHANGES + 1):
            changed(world, numbered(number))
            assert world.knock(f"extra-{number}", None).status == 200
            if number > 1:
                assert world.knock(f"extra-{number - 1}", None).status == 404
        took = time.monotonic() - began
    print(f"{CHANGES} changes in {took:.1f} s, {found.good} requests, longest gap "
          f"{found.longest_gap() * 1000:.0f} ms")  # fmt: skip
    assert found.failed == {}
    assert found.repeated == 0, "no connection was closed"
    assert found.good > 1000


@cache
def authority() -> str:
    """Return the certificate of a certificate authority, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the fault tests")])
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
        .decode()
    )


def tls_service(number: int) -> str:
    """Return the configuration with an upstream whose certificate is judged in another way."""
    name = "7fca84d6-7d37-4a74-a7b0-93e576089a41"
    certificate = authority().replace("\n", "\n      ")
    return CONFIGURATION + (
        f"  - name: secure-{number}\n"
        f"    url: https://127.0.0.1:9/\n"
        f"    tls_verify: true\n"
        f"    tls_verify_depth: {number}\n"
        f"    ca_certificates: [{name}]\n"
        f"    routes: [{{name: secure, paths: [/secure-{number}]}}]\n"
        f"ca_certificates:\n  - id: {name}\n    cert: |\n      {certificate}\n"
    )


def test_changes_that_nginx_must_reload_for_fail_no_request(world: Scene) -> None:
    following = good_ones(world)
    changed(world, CONFIGURATION)
    before = world.workers()
    with load(world.proxy_port, following) as found:
        wait(lambda: found.good > 100, "the load runs")
        for number in range(2, 6):
            changed(world, tls_service(number))
            assert world.knock(f"secure-{number}", None).status == 502
            wait(lambda before=before: not set(before) & set(world.workers()), "old workers went")
            before = world.workers()
        goal = found.good + 100
        wait(lambda: found.good > goal, "the new workers serve")
    print(f"4 reloads, {found.good} requests, {found.repeated} asked again on a new connection")
    assert found.failed == {}
    changed(world, CONFIGURATION)


def test_a_broken_file_is_told_whole_and_changes_nothing(world: Scene) -> None:
    token = world.jwt(None)
    said = len(world.node.lines)
    before = world.status.get("/status").json()["configuration"]["hash"]
    with load(world.proxy_port, good_ones(world)) as found:
        world.write(MISTAKES.replace("$UPSTREAM", world.echo.url))
        wait(lambda: problem(world) is not None, "the bad file is noticed")
        told = "\n".join(world.node.lines[said:])
        goal = found.good + 100
        wait(lambda: found.good > goal, "the running configuration stays")
    assert found.failed == {}
    count = re.search(r"has (\d+) mistakes", told)
    assert count is not None, told
    assert int(count[1]) >= 10
    assert [place for place in PLACES if place not in told] == []
    assert "the configuration stays as it was" in told
    assert world.status.get("/status").json()["configuration"]["hash"] == before
    assert world.passes("jwt", token)
    assert world.knock("jwt", None, good=False).status == 401
    changed(world, numbered(0))
    assert problem(world) is None
