"""The canary: what clients and providers send stays out of everything that is written.

Tokens ride where they are easiest to log (the query, a form, a bad header), on every outcome. At
its end each World looks for them in the output and logs of all processes, in /status, /metrics and
/revocations; here the answers and every file below the node's directory are looked through too.
"""

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.attacker import (
    FORM,
    mint,
    misbehaving,
    over_h2,
    presented,
    raw,
    request,
    status_of,
)
from tests.integration.world import ANY_REFUSALS, World

pytestmark = pytest.mark.integration

OIDC = "issuer: $ISSUER, client_id: [gateway], client_secret: [gateway-secret], timeout: 1000"
CONF = f"""
_format_version: "3.0"
services:
- name: api
  url: $ECHO
  routes:
  - {{name: open, paths: [/open]}}
  - {{name: secure, paths: [/secure], protocols: [https], https_redirect_status_code: 301}}
  - name: jwt
    paths: [/jwt]
    plugins: [{{name: openid-connect, config: {{{OIDC}, auth_methods: [bearer]}}}}]
  - name: shown
    paths: [/shown]
    plugins: [{{name: openid-connect, config: {{
      {OIDC}, auth_methods: [bearer], display_errors: true}}}}]
  - name: asked
    paths: [/asked]
    plugins: [{{name: openid-connect, config: {{{OIDC}, auth_methods: [introspection]}}}}]
  - name: traded
    paths: [/traded]
    plugins: [{{name: openid-connect, config: {{
      issuer: $ISSUER, auth_methods: [client_credentials], scopes: [read]}}}}]
  - name: cookie
    paths: [/cookie]
    plugins: [{{name: openid-connect, config: {{{OIDC}, auth_methods: [bearer],
      bearer_token_param_type: [cookie], bearer_token_cookie_name: tok}}}}]
- name: nobody
  url: http://127.0.0.1:1
  routes:
  - {{name: down, paths: [/down]}}
  - name: guarded
    paths: [/guarded]
    plugins: [{{name: openid-connect, config: {{
      {OIDC}, auth_methods: [bearer], hide_credentials: false}}}}]
- name: nowhere
  url: http://does-not-exist.invalid
  routes:
  - {{name: unnamed, paths: [/unnamed]}}
"""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World.start(CONF, arguments=ANY_REFUSALS) as running:
        yield running


def silent(world: World, *secrets: str) -> None:
    """Fail when a secret is in anything that was written until now."""
    world.look()
    world.scan()
    for path in files(world.prefix):
        content = path.read_bytes()
        for secret in secrets:
            assert secret.encode() not in content, path


def files(prefix: Path) -> list[Path]:
    return [path for path in prefix.rglob("*") if path.is_file()]


def test_a_token_in_a_query_is_written_nowhere_whatever_becomes_of_the_request(
    world: World,
) -> None:
    good, bad = world.token("tutorial-jwt"), mint(world, key="unknown")
    large = "large-canary-" + "x" * 30_000
    world.secrets.update({large, large[:64], good[-40:], bad[-40:]})
    for token in (good, bad, "short-canary-1234", large):
        world.secrets.add(token)
        for path in (
            "/open/get", "/nothing", "/open/..;/x", "/open/%zz", "/down", "/guarded", "/unnamed",
            "/secure/x", "/jwt/status/500", "/jwt/get", "/asked/get", "/shown/get", "/%2e%2e/x",
        ):  # fmt: skip
            for more in ("", "&access_token=x", "#x", "&a=%zz"):
                target = f"{path}?access_token={token}{more}"
                answer = request(world, target, "Connection: close")
                assert token.encode() not in answer.split(b"\r\n\r\n")[0] or path == "/secure/x"
        request(world, "/open/get", "X-Large: " + token * 40)
        request(world, "/open/get", f"Bad Header {token}: x")
        request(world, f"/open/get?{token}", f"Host: {token}.test")
        request(world, f"/{token}\0")
        raw(world, f"GET /open?access_token={token}\r\n\r\n".encode(), seconds=0.3)
        raw(world, f"GET http://{token}@a.test/open HTTP/1.1\r\n\r\n".encode(), seconds=0.3)
        raw(world, f"{token} / HTTP/1.1\r\nHost: a\r\n\r\n".encode(), seconds=0.3)
        raw(world, b"\x16\x03\x01" + token.encode(), seconds=0.3)
        chunk = f"Transfer-Encoding: chunked\r\nX: {token}\r\n\r\nzz{token}\r\n"
        raw(world, f"POST /open/post HTTP/1.1\r\nHost: a\r\n{chunk}".encode(), seconds=0.3)
    silent(world, good, bad, "short-canary-1234", large[:64])


def test_a_token_in_any_place_is_written_nowhere(world: World) -> None:
    for token in (world.token("tutorial-jwt"), world.token(), mint(world, alg="none"), "canary-55"):
        world.secrets.add(token)
        for path in ("/jwt/get", "/asked/get", "/shown/get", "/down", "/guarded/x"):
            presented(world, token, path)
        world.proxy.get("/cookie/get", {"Cookie": f"a=b; tok={token}; c=d"})
        world.proxy.get("/cookie/get", {"Cookie": f"tok={token}; tok={token}"})
    silent(world)


def test_a_clients_secret_is_written_nowhere(world: World) -> None:
    secret = "wrong-canary-secret"
    for name, password in (("tutorial-jwt", "tutorial-jwt-secret"), ("tutorial-jwt", secret)):
        basic = world.basic(name, password)
        world.proxy.get("/traded/get", basic)
        world.get(f"/traded/get?client_id={name}&client_secret={password}")
        world.get(f"/traded/get?client_id={name}&client_secret={password}&client_secret=x")
        body = f"client_id={name}&client_secret={password}".encode()
        world.proxy.send("POST", "/traded/post", body, {"Content-Type": FORM})
        for fault in ("status-401", "status-500", "html", "reset"):
            with misbehaving(world, fault, "token", times=5):
                world.proxy.get("/traded/get", world.basic(name, password + "x"))
    silent(world)


def test_what_a_provider_says_when_it_fails_is_written_nowhere(world: World) -> None:
    """It may repeat what it was sent."""
    for fault in ("html", "not-json", "array", "status-400", "status-500", "duplicate-keys", "cut"):
        for endpoint, path in (("introspect", "/asked/get"), ("keys", "/jwt/get")):
            with misbehaving(world, fault, endpoint, times=5):
                world.get(path, world.token())
                world.get(path, mint(world, key="unknown"))
    leak = {"sub": "echo-canary-9999\n", "error_description": "echo-canary-9999"}
    world.secrets.add("echo-canary-9999")
    with misbehaving(world, "merge", "introspect", members=leak):
        world.get("/asked/get", world.token())
    silent(world)


def test_over_tls_and_http2_a_token_is_written_nowhere(world: World) -> None:
    token = world.token("tutorial-jwt")
    for path in ("/jwt/get", "/nothing", "/down", "/secure/get", "/open/..;/x"):
        target = f"{path}?access_token={token}"
        head = [(":method", "GET"), (":scheme", "https"), (":authority", "a.test")]
        over_h2(world, [*head, (":path", target)])
        over_h2(world, [*head, (":path", target), ("authorization", f"Bearer {token}x")])
        world.proxy_ssl.get(target)
    silent(world, token)


def test_a_revoked_token_is_kept_as_a_digest_only(world: World) -> None:
    token = world.token()
    assert world.revoke(token=token, who="test").status == 201
    assert world.status.get("/revocations").status == 200
    assert world.get("/asked/get", token).status == 401
    assert world.status.post_json("/revocations", {"token": token, "nonsense": token}).status == 400
    bad = world.gatepost("revoke", "--token", "-", "--status", "127.0.0.1:1", stdin=token)
    assert bad.returncode != 0
    silent(world, token)


def test_explain_and_a_broken_file_show_no_secret(world: World) -> None:
    token = world.token("tutorial-jwt")
    for form in ((), ("--json",)):
        for where in (
            ("--url", "http://a.test/jwt/get", "-H", f"Authorization: Bearer {token}"),
            ("--url", f"http://a.test/jwt/get?access_token={token}"),
            ("--url", "http://a.test/jwt/get", "-d", f"access_token={token}"),
            ("--url", f"http://a.test/open/..;/x?access_token={token}"),
        ):
            world.gatepost("explain", "--config", str(world.file), *where, *form)
    broken = CONF.replace("client_secret: [gateway-secret]", "client_secret: {x: gateway-secret}")

    def problem() -> object:
        return world.status.get("/status").json()["configuration"]["problem"]

    world.write(broken)
    world.until(lambda: problem() is not None, "the bad file is noticed")
    world.write(CONF)
    world.until(lambda: problem() is None, "the good file is noticed")
    silent(world, token)


def test_after_deaths_a_token_is_written_nowhere(world: World) -> None:
    token = world.token()
    assert world.get("/asked/get", token).status == 200
    authorizer = world.status.get("/status").json()["processes"][1]
    with misbehaving(world, "slow", "introspect", seconds=1):
        os.kill(authorizer["pid"], signal.SIGKILL)
        for _ in range(4):
            world.get(f"/asked/get?access_token={world.token()}")
    world.until(lambda: world.get("/asked/get", world.token()).status == 200, "it judges again")
    silent(world, token)


def test_what_is_secret_on_disk_is_readable_by_its_owner_only(world: World) -> None:
    found = [path for path in files(world.prefix) if b"gateway-secret" in path.read_bytes()]
    for path in found:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_no_answer_repeats_what_it_refuses(world: World) -> None:
    for path in ("/jwt/get", "/shown/get", "/asked/get", "/traded/get", "/nothing"):
        answer = request(
            world, f"{path}?access_token=<script>canary</script>",
            'Authorization: Bearer "canary\\"', "X-Test: canary",
        )  # fmt: skip
        assert status_of(answer) in (400, 401, 404)
        assert b"canary" not in answer
