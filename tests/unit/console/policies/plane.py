"""Policies in a real control plane."""

from typing import Any

from tests.integration.admin_world import Admin

ISSUER = "https://idp.example/oauth2/default"


def emptied(admin: Admin) -> None:
    """Take everything out of it."""
    told = admin.send("POST", "/declarative/apply", b'_format_version: "3.0"')
    assert told.status == 200, told.body


def policy(admin: Admin, path: str = "/plugins", **config: Any) -> dict[str, Any]:
    """Make a policy that checks tokens."""
    given = {"issuer": ISSUER, "auth_methods": ["bearer"], **config}
    made: dict[str, Any] = admin.make(path, name="openid-connect", config=given)
    return made
