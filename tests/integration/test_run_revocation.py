"""Revoking on a running node: at once, on every worker, and for good."""

import pytest

from tests.integration.world import World

pytestmark = pytest.mark.integration

GUARDED = """
_format_version: "3.0"
services:
  - name: api
    url: $ECHO
    routes:
      - name: jwt
        paths: [/jwt]
        plugins:
          - name: openid-connect
            config: &jwt
              issuer: $ISSUER
              client_id: [gateway]
              client_secret: [gateway-secret]
              auth_methods: [bearer]
      - name: asked
        paths: [/asked]
        plugins:
          - name: openid-connect
            config: {<<: *jwt, auth_methods: [introspection]}
"""


def statuses(world: World, path: str, token: str, times: int = 8) -> set[int]:
    """Ask several times on new connections, so that every worker is met."""
    return {world.get(path, token).status for _ in range(times)}


@pytest.mark.parametrize(
    ("route", "client"), [("/jwt/get", "tutorial-jwt"), ("/asked/get", "tutorial-opaque")]
)
def test_a_revoked_token_is_refused_at_once_and_after_a_restart(route: str, client: str) -> None:
    with World.start(GUARDED, arguments=("--authorizers", "2")) as world:
        token = world.token(client)
        other = world.token(client)
        assert statuses(world, route, token) == {200}
        done = world.gatepost(
            "revoke", "--token", "-", "--prefix", str(world.prefix), stdin=token + "\n"
        )
        assert done.returncode == 0, done.stderr
        assert "revoked: token (number 1)" in done.stdout
        assert statuses(world, route, token) == {401}
        assert statuses(world, route, other) == {200}

        world.node.stop()
        world.start_node()
        assert statuses(world, route, token) == {401}
        assert statuses(world, route, other) == {200}
        assert world.status.get("/revocations").json()["data"][0]["number"] == 1


@pytest.mark.parametrize("target", ["subject", "client", "issuer"])
def test_what_was_issued_is_refused_and_what_is_issued_later_passes(target: str) -> None:
    with World.start(GUARDED) as world:
        token = world.token("tutorial-jwt")
        asked = world.token("tutorial-opaque")
        assert statuses(world, "/jwt/get", token) == {200}
        value = world.issuer if target == "issuer" else "tutorial-jwt"
        done = world.gatepost("revoke", f"--{target}", value, "--status", world.status.url)
        assert done.returncode == 0, done.stderr
        assert statuses(world, "/jwt/get", token) == {401}
        expected = 401 if target == "issuer" else 200
        assert statuses(world, "/asked/get", asked) == {expected}


def test_a_revocation_without_a_known_issuer_says_what_to_do() -> None:
    with World.start('_format_version: "3.0"\n') as world:
        done = world.gatepost("revoke", "--client", "a", "--status", world.status.url)
        assert done.returncode == 2
        assert "Give the issuer" in done.stderr


def test_an_authorizer_that_comes_back_knows_what_was_revoked() -> None:
    import os
    import signal

    with World.start(GUARDED) as world:
        token = world.token("tutorial-jwt")
        assert world.revoke(token=token, who="test").status == 201
        authorizer = world.status.get("/status").json()["processes"][1]
        os.kill(authorizer["pid"], signal.SIGKILL)
        world.until(
            lambda: (
                world.status.get("/status").json()["processes"][1]["restarts"] == 1
                and world.status.get("/status/ready").status == 200
            ),
            "the authorizer is back",
        )
        assert statuses(world, "/jwt/get", token) == {401}


def test_a_revocation_while_an_authorizer_is_away_is_not_lost() -> None:
    import os
    import signal

    with World.start(GUARDED) as world:
        token, other = world.token("tutorial-jwt"), world.token("tutorial-jwt")
        assert statuses(world, "/jwt/get", token) == {200}
        authorizer = world.status.get("/status").json()["processes"][1]
        os.kill(authorizer["pid"], signal.SIGSTOP)  # it does not answer, so it is replaced
        assert world.revoke(token=token, who="test").status == 201
        world.until(lambda: world.get("/jwt/get", other).status == 200, "it judges again")
        assert statuses(world, "/jwt/get", token) == {401}
