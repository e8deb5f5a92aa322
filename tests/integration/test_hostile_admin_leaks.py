"""Every kind of secret is put into a control plane; then all that it says and keeps is searched."""

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.admin_world import Admin
from tests.integration.authority import Authority
from tests.integration.plane_world import PlaneWorld, until
from tests.postgres import USER, PostgresServer, postgres_server, program

pytestmark = pytest.mark.integration

WORDS = {
    name: f"canary-{name}-0123456789"
    for name in (
        "client-secret", "session-secret", "previous-secret", "redis-password", "sentinel-password",
        "header-value", "proxy-authorization", "key-auth", "basic-auth", "first-token",
        "login-secret",
    )
}  # fmt: skip
LOGIN = {
    "ADMIN_OIDC_ISSUER": "http://127.0.0.1:9",
    "ADMIN_OIDC_CLIENT_ID": "admin",
    "ADMIN_OIDC_CLIENT_SECRET": WORDS["login-secret"],
    "ADMIN_OIDC_URL": "http://127.0.0.1:8001",
    "ADMIN_OIDC_ROLES": "admin=ops",
}
CONFIG = {
    "issuer": "http://127.0.0.1:9",
    "client_id": ["c"],
    "client_secret": [WORDS["client-secret"]],
    "session_secret": WORDS["session-secret"],
    "session_previous_secrets": [WORDS["previous-secret"]],
    "discovery_headers_names": ["x-a"],
    "discovery_headers_values": [WORDS["header-value"]],
    "https_proxy": "http://127.0.0.1:9",
    "https_proxy_authorization": WORDS["proxy-authorization"],
    "redis": {
        "password": WORDS["redis-password"],
        "sentinel_password": WORDS["sentinel-password"],
    },
}
PASSWORD = "canary-database-0123456789"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[PostgresServer | None]:
    if request.param == "sqlite":
        yield None
        return
    with postgres_server() as server:
        yield server


def test_no_secret_is_in_anything_that_the_control_plane_says_writes_or_keeps(
    database: PostgresServer | None, tmp_path: Path
) -> None:
    settings = {"ADMIN_TOKEN": WORDS["first-token"], **LOGIN}
    if database is not None:
        settings["DATABASE"] = with_password(database)
    with PlaneWorld.start(begun=True, **settings) as world:
        secrets = {**WORDS, "database-password": PASSWORD, **written(world.admin, tmp_path)}
        node_token = world.token()
        secrets["node-token"] = node_token
        held = json.loads(base64.urlsafe_b64decode(node_token[4:] + "==="))
        secrets["node-token-secret"] = held["s"]
        secrets["api-token"] = world.admin.make("/tokens", name="t", role="viewer")["token"]
        node = world.node("leaks", token=node_token)
        until(lambda: world.shown(node)["sync_status"] != "unknown", "the node was heard")
        said = [*answers(world.admin), *mistakes(world.admin, secrets), *commands(world)]
        said += [("log of the control plane", world.process.output.encode())]
        said += [("log of the node", node.process.output.encode())]
        said += [("status of the node", node.status.get("/status").body)]
        said += kept(world, database)
        found = [
            f"{name} in {where}"
            for where, text in said
            for name, secret in secrets.items()
            if secret.encode() in text or secret.encode() in text.replace(b"\\n", b"\n")
        ]
        assert not found, found
        # the search can find something
        shown = world.admin.send("GET", "/plugins", None, {"Gatepost-Secrets": "reveal"}).body
        assert WORDS["client-secret"].encode() in shown


def written(admin: Admin, directory: Path) -> dict[str, str]:
    """Write every kind of secret; return those that were made for it."""
    admin.make("/services", name="s", host="s.example")
    admin.make("/services/s/routes", name="r", paths=["/r"])
    admin.make("/services/s/plugins", name="openid-connect", config=CONFIG)
    admin.make("/consumers", username="u")
    admin.make("/consumers/u/key-auth", key=WORDS["key-auth"])
    made = admin.make("/consumers/u/key-auth")["key"]
    admin.make("/consumers/u/basic-auth", username="u", password=WORDS["basic-auth"])
    authority = Authority(directory)
    cert, key = authority.pair("a.example")
    admin.make("/certificates", cert=cert, key=key, snis=["a.example"])
    _, private = authority.pair("b.example")
    admin.make("/key-sets", name="set")
    admin.make("/keys", kid="pem", name="pem", set={"name": "set"}, pem={"private_key": private})
    number = "canary-jwk-private-part-0123456789"
    jwk = {"kty": "oct", "kid": "jwk", "k": base64.urlsafe_b64encode(number.encode()).decode()}
    admin.json("POST", "/keys", {"kid": "jwk", "name": "jwk", "jwk": json.dumps(jwk)})
    # names of classes must not hide a change: a second version is in the audit log as well
    change = {"config": {"client_secret": [WORDS["client-secret"] + "-new"]}}
    plugin = admin.get("/plugins")["data"][0]["id"]
    assert admin.json("PATCH", f"/plugins/{plugin}", change).status == 200
    return {
        "made key": made,
        "certificate key": key.splitlines()[1],
        "private key": private.splitlines()[1],
        "jwk": jwk["k"],
    }


def answers(admin: Admin) -> Iterator[tuple[str, bytes]]:
    """Ask for everything that can be asked for without revealing."""
    ids = {}
    for path in admin.get("/endpoints")["data"]:
        if path.count("{") == 0 and path not in {"/telemetry", "/openid-connect/issuers"}:
            reply = admin.send("GET", path)
            yield path, reply.body + str(reply.fields).encode()
            data = reply.json().get("data") if reply.body[:1] == b"{" else None
            if isinstance(data, list) and data and isinstance(data[0], dict):
                ids[path] = [one["id"] for one in data if "id" in one]
    for path in admin.get("/endpoints")["data"]:
        whole = re.match(r"(/[\w-]+)/\{\w+\}(?:/[\w-]+)?$", path)
        for ident in ids.get(whole[1], ()) if whole else ():
            asked = re.sub(r"\{\w+\}", ident, path)
            for method in ("GET", "OPTIONS"):
                reply = admin.send(method, asked)
                yield f"{method} {asked}", reply.body + str(reply.fields).encode()
    # an API key is the name of its own path, and whoever looks there is in the log
    path = f"/key-auths/{WORDS['key-auth']}"
    assert admin.send("GET", path, None, {"Gatepost-Secrets": "reveal"}).status == 200
    path = f"/consumers/u/key-auth/{WORDS['key-auth']}/"
    assert admin.send("GET", path, None, {"Gatepost-Secrets": "reveal"}).status == 200
    yield "/declarative", admin.send("GET", "/declarative?with_id=true").body
    yield "/audit", admin.send("GET", "/audit?size=1000").body


def mistakes(admin: Admin, secrets: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Make mistakes with secrets: duplicates, secrets in the wrong place, half a configuration."""
    calls: list[tuple[str, str, Any]] = [
        ("POST", "/consumers/u/key-auth", {"key": secrets["key-auth"]}),
        ("POST", "/consumers/u/basic-auth", {"username": "u", "password": secrets["basic-auth"]}),
        ("POST", "/consumers/u/basic-auth", {"password": [secrets["basic-auth"]]}),
        ("POST", "/certificates", {"cert": "x", "key": secrets["certificate key"]}),
        ("POST", "/keys", {"kid": "jwk", "set": {"name": "set"}, "jwk": f"{{{secrets['jwk']}"}),
        ("POST", "/schemas/plugins/validate", {"name": "openid-connect", "config": {
            **CONFIG, "issuer": "", "client_secret": {"a": secrets["client-secret"]}}}),
        ("POST", "/plugins", {"name": "openid-connect", "config": {
            **CONFIG, "redis": {"password": [secrets["redis-password"]]}}}),
        ("POST", "/plugins", {"name": "openid-connect", "config": {
            **CONFIG, "client_secrte": secrets["client-secret"]}}),
        ("POST", "/plugins", {"name": "openid-connect", "config": {
            **CONFIG, "session_secret": 7, "client_secret": [secrets["client-secret"], 5]}}),
    ]  # fmt: skip
    for method, path, value in calls:
        reply = admin.json(method, path, value)
        assert 400 <= reply.status < 500, (path, reply.body)
        yield f"a mistake at {path}", reply.body
    for text in (secrets["first-token"][:-1] + "x", secrets["api-token"]):
        for path in ("/services", "/tokens"):
            reply = admin.send("GET", path, None, {"Authorization": f"Bearer {text}"})
            yield f"{reply.status} at {path}", reply.body
    for query in ("key", "name"):
        yield "a query", admin.send("GET", f"/telemetry?{query}={secrets['key-auth']}x").body[:40]


def commands(world: PlaneWorld) -> Iterator[tuple[str, bytes]]:
    """Run the commands that speak with a control plane."""
    admin = ["--admin", f"http://127.0.0.1:{world.admin_port}"]
    dumped = world.world.gatepost("dump", *admin)
    assert dumped.returncode == 0, dumped.stderr
    yield "dump", dumped.stdout.encode()
    path = world.world.directory / "changed.yaml"
    text = dumped.stdout.replace("s.example", "t.example")
    path.write_text(text.replace("      client_id:", "      scopes: [openid]\n      client_id:", 1))
    for command in (["diff"], ["diff", "--json"], ["apply", "--yes"]):
        done = world.world.gatepost(*command, *admin, str(path))
        assert done.returncode in {0, 2}, (command, done.stderr)
        yield " ".join(command), (done.stdout + done.stderr).encode()


def kept(world: PlaneWorld, database: PostgresServer | None) -> Iterator[tuple[str, bytes]]:
    """Return what is on the disk; of PostgreSQL, what a dump holds."""
    for path in (world.world.directory / "control-plane").iterdir():
        if path.name.startswith("gatepost.db"):
            yield path.name, path.read_bytes()
    if database is not None:
        command = [program("pg_dump"), "--inserts", world.settings["DATABASE"]]
        done = subprocess.run(command, capture_output=True, check=True)
        assert b"entities" in done.stdout
        yield "pg_dump", done.stdout


def with_password(server: PostgresServer) -> str:
    """Return the URL of a new database, with a password that this server does not ask for."""
    url = server.new()
    assert f"{USER}@" in url
    return url.replace(f"{USER}@", f"{USER}:{PASSWORD}@", 1)
