"""``gatepost explain``, ``validate`` and ``doctor`` beside a running World."""

import json
from collections.abc import Iterator

import pytest

from tests.integration.test_run_revocation import GUARDED
from tests.integration.world import World

pytestmark = pytest.mark.integration


def explained(world: World, path: str, *more: str) -> dict[str, object]:
    done = world.gatepost(
        "explain",
        "--config",
        str(world.file),
        "--url",
        f"http://localhost:8000{path}",
        "--json",
        *more,
    )
    assert done.returncode in {0, 3}, done.stderr
    story: dict[str, object] = json.loads(done.stdout)
    assert (done.returncode == 0) == (story["outcome"] == "forward")
    return story


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World.start(GUARDED) as world:
        yield world


def test_a_decision_is_told_with_its_memory_and_without_its_secrets(world: World) -> None:
    token = world.token("tutorial-jwt")
    bearer = ("-H", f"Authorization: Bearer {token}")
    story = explained(world, "/jwt/get?a=1", *bearer)
    assert story["upstream"]["url"] == f"{world.echo.url}/get"  # type: ignore[index]
    memory = story["memory"]
    assert memory["remembered"] is True  # type: ignore[index]
    assert 0 < memory["seconds"] <= 300  # type: ignore[index,operator]
    assert any(tag.startswith("subject ") for tag in memory["tags"])  # type: ignore[index]
    purposes = [step.get("purpose") for step in story["steps"]]  # type: ignore[attr-defined]
    assert {"discovery", "jwks"} <= set(purposes)
    assert all("ms" in step for step in story["steps"] if step["what"] == "provider")  # type: ignore[attr-defined]
    assert {"what": "header:authorization", "in_key": True} in story["read"]  # type: ignore[operator]

    assert world.revoke(token=token, who="test").status == 201
    assert explained(world, "/jwt/get", *bearer)["outcome"] == "forward"
    revoked = explained(world, "/jwt/get", *bearer, "--status", world.status.url)
    assert (revoked["status"], revoked["code"]) == (401, "credential.revoked")

    opaque = world.token("tutorial-opaque")
    asked = explained(world, "/asked/get", "-H", f"Authorization: Bearer {opaque}")
    assert asked["outcome"] == "forward"

    text = world.gatepost(
        "explain", "--config", str(world.file), "--url", "http://localhost/jwt/x", *bearer
    ).stdout
    for part in ("Route", "Plan", "Steps", "Read", "Forwarded", "Remembered"):
        assert part in text


def test_the_doctor_and_validate_say_what_they_see(world: World) -> None:
    good = world.gatepost("validate", str(world.file))
    assert good.returncode == 0, good.stderr
    assert "2 routes" in good.stdout
    listen = ("--proxy", "127.0.0.1:0", "--proxy-ssl", "off", "--status", "127.0.0.1:0")
    prefix = ("--prefix", str(world.directory / "doctor"))
    done = world.gatepost("doctor", "--config", str(world.file), *prefix, *listen)
    assert done.returncode == 0, done.stdout + done.stderr
    for part in ("nginx/", "provider", "this node only", "A node can run here."):
        assert part in done.stdout
    taken = ("--proxy", f"127.0.0.1:{world.proxy.port}", "--proxy-ssl", "off")
    done = world.gatepost("doctor", *prefix, *taken, "--status", "127.0.0.1:0")
    assert done.returncode == 1
    assert "BAD  proxy" in done.stdout

    broken = world.directory / "broken.yaml"
    broken.write_text("_format_version: '3.0'\nservices: [{}]\n")
    bad = world.gatepost("validate", str(broken))
    assert bad.returncode == 2
    assert "services[0]" in bad.stderr


def test_refusals_are_told_with_their_reason(world: World) -> None:
    """Last in this file: it takes the provider away. tests/unit/cli has the others."""
    bad = explained(world, "/jwt/get", "-H", "Authorization: Bearer a.b.c")
    assert bad["code"] == "token.malformed"
    twice = ("-H", "Authorization: Bearer a", "-H", "Authorization: Bearer b")
    assert explained(world, "/jwt/get", *twice)["status"] == 400
    world.idp_process.stop()
    away = explained(world, "/asked/get", "-H", "Authorization: Bearer some-opaque-token")
    assert away["status"] == 503
    assert away["memory"]["remembered"] is False  # type: ignore[index]
