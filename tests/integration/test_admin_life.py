"""A control plane starts, is stopped and killed, and loses its database for a while."""

import contextlib
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.integration.admin_world import Admin, control_plane, start
from tests.integration.world import Process
from tests.postgres import PostgresServer, postgres_server

pytestmark = pytest.mark.integration


@contextlib.contextmanager
def admin_of(process: Process) -> Iterator[Admin]:
    ready = process.ready()
    admin = Admin(int(ready.partition("admin=http://127.0.0.1:")[2].split()[0]))
    try:
        yield admin
    finally:
        admin.close()


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    process = start(tmp_path)
    with admin_of(process) as admin:
        made = [admin.make("/consumers", username=f"c{n}")["id"] for n in range(20)]
        process.stop(signal.SIGKILL)
    with control_plane(prefix=tmp_path) as again:
        assert {one["id"] for one in again.get("/consumers")["data"]} == set(made)


def test_one_directory_has_one_control_plane(tmp_path: Path) -> None:
    with control_plane(prefix=tmp_path):
        second = start(tmp_path)
        assert second.popen.wait(20) == 2
        second.stop()
        assert "Another gatepost runs with the directory" in second.output


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    with control_plane(prefix=tmp_path):
        pass
    key = tmp_path / "database.key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    process = start(tmp_path)
    assert process.popen.wait(20) == 2
    process.stop()
    assert "chmod 600" in process.output


def test_another_key_does_not_open_the_database(tmp_path: Path) -> None:
    with control_plane(prefix=tmp_path, DATABASE_KEY="a key of sixteen characters or more"):
        pass
    process = start(tmp_path, DATABASE_KEY="and another one, as long as that")
    assert process.popen.wait(20) == 2
    process.stop()
    assert "another key" in process.output


def test_a_token_that_is_shown_must_be_good(tmp_path: Path) -> None:
    process = start(tmp_path, ADMIN_TOKEN="the-first-of-all-tokens")
    with admin_of(process) as admin:
        bad = admin.send("GET", "/services", None, {"Authorization": "Bearer nonsense"})
        assert bad.status == 401
        assert bad.headers["www-authenticate"] == "Bearer"
        good = {"Kong-Admin-Token": "the-first-of-all-tokens"}
        assert admin.send("GET", "/services", None, good).status == 200
        assert process.stop() == 0


def test_two_processes_share_one_postgresql(postgres: PostgresServer, tmp_path: Path) -> None:
    url, key = postgres.new(), "a key of sixteen characters or more"
    (tmp_path / "a").mkdir()
    with (
        control_plane(url, tmp_path / "a", DATABASE_KEY=key) as one,
        control_plane(url, tmp_path / "b", DATABASE_KEY=key) as two,
    ):
        service = one.make("/services", name="s", host="a.test")
        assert two.get("/services/s")["id"] == service["id"]
        plugin = {"name": "openid-connect", "config": {"issuer": "https://a.test"}}
        two.make("/services/s/plugins", **plugin, protocols=["https"])
        refused = one.json("POST", "/services/s/routes", {"paths": ["/"]})
        assert refused.status == 400, "each hears of what the other wrote"
        with ThreadPoolExecutor(4) as pool:
            names = [f"c{n}" for n in range(40)]
            admins = [Admin(admin.port) for admin in (one, two, one, two)]
            done = list(
                pool.map(
                    lambda n: [
                        admins[n].json("POST", "/consumers", {"username": name}).status
                        for name in names
                    ],
                    range(4),
                )
            )
            for admin in admins:
                admin.close()
        assert sorted(status for each in done for status in each) == [201] * 40 + [409] * 120
        assert len(two.get("/consumers")["data"]) == 40
        assert one.get("/status")["configuration_hash"] == two.get("/status")["configuration_hash"]


@pytest.mark.slow
def test_a_database_that_is_away_is_a_503_until_it_is_back(tmp_path: Path) -> None:
    with postgres_server() as postgres, control_plane(postgres.new(), tmp_path) as admin:
        admin.make("/consumers", username="before")
        postgres.stop(signal.SIGQUIT)
        for method, path in (("GET", "/consumers"), ("POST", "/consumers"), ("GET", "/")):
            reply = admin.json(method, path, {"username": "x"} if method == "POST" else None)
            assert reply.status == 503, reply.body
            assert int(reply.headers["retry-after"]) >= 1
            assert "database" in reply.json()["message"]
        assert admin.get("/status")["database"] == {"reachable": False}
        postgres.start()
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            with contextlib.suppress(AssertionError):
                assert admin.get("/consumers")["data"][0]["username"] == "before"
                break
            time.sleep(0.1)
        assert admin.get("/status")["database"] == {"reachable": True}
