"""A World that people log in to: the configuration of a web application, and a person."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from tests.integration.person import Person
from tests.integration.world import ANY_REFUSALS, World

SECRET = "a session secret that only these tests know"

APP: dict[str, Any] = {
    "issuer": "$ISSUER",
    "client_id": ["demo-app"],
    "client_secret": ["demo-app-secret"],
    "auth_methods": ["authorization_code", "session"],
    "redirect_uri": ["http://127.0.0.1:8000/app/callback"],
    "scopes": ["openid", "profile", "email", "groups", "offline_access"],
    "preserve_query_args": True,
    "session_secret": SECRET,
    "logout_uri_suffix": "/logout",
    "logout_methods": ["GET", "POST", "DELETE"],
    "upstream_headers_claims": ["sub", "email"],
    "upstream_headers_names": ["X-User", "X-Email"],
}
"""What an operator writes; ``redirect_uri`` names the port that the node got."""


def kong_yaml(routes: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a file with one route a path, each with its openid-connect configuration."""
    return yaml.safe_dump(
        {
            "_format_version": "3.0",
            "services": [
                {
                    "name": "api",
                    "url": "$ECHO",
                    "routes": [
                        {
                            "name": name,
                            "paths": [f"/{name}"],
                            "plugins": [{"name": "openid-connect", "config": dict(config)}],
                        }
                        for name, config in routes.items()
                    ],
                }
            ],
        },
        sort_keys=False,
    )


@contextlib.contextmanager
def login_world(
    routes: Mapping[str, Mapping[str, Any]] | None = None, **changes: Any
) -> Iterator[World]:
    """Run a World with route ``/app`` (or these), whose callback is at the node's own address."""
    whole = {"app": {**APP, **changes}} if routes is None else routes
    secrets = (SECRET, "demo-app-secret")
    with World.start(kong_yaml(whole), secrets=secrets, arguments=ANY_REFUSALS) as world:
        at_home(world, whole)
        yield world


def at_home(world: World, routes: Mapping[str, Mapping[str, Any]]) -> None:
    """Let the callbacks of all routes lie where the node listens."""
    moved = {}
    for name, config in routes.items():
        uris = [
            uri.replace("http://127.0.0.1:8000", world.proxy.url)
            for uri in config.get("redirect_uri") or ()
        ]
        moved[name] = {**config, "redirect_uri": uris or None}
    world.change(kong_yaml(moved))


def person(world: World) -> Person:
    """Return somebody whose cookies are looked for in every log at the end."""
    return Person(world.secrets)


def seen(visit: Any) -> dict[str, str]:
    """Return the headers that the upstream saw."""
    assert visit.status == 200, (visit.status, visit.code or visit.text[:400])
    told: dict[str, str] = {
        name.lower(): value for name, value in json.loads(visit.text)["headers"].items()
    }
    return told


def misbehave(world: World, endpoint: str, fault: str, **more: Any) -> None:
    """Order one misbehaviour of the provider."""
    answer = world.idp.post_json("/dev/misbehave", {"endpoint": endpoint, "fault": fault, **more})
    assert answer.status in (200, 201, 204), answer.body
