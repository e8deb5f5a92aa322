"""The Keycloak that scripts/interop started, and what its administrator does in the tests."""

import json
import os
from collections.abc import Mapping
from typing import Any

import pytest

from tests.providers.form import basic, call


class Keycloak:
    """A running Keycloak with the realm of realm.json. Raises AssertionError where it refuses."""

    def __init__(self, url: str, password: str) -> None:
        self.url = url
        self.issuer = f"{url}/realms/test"
        self._tokens = f"{self.issuer}/protocol/openid-connect/token"
        self._password = password

    def token(self, client: tuple[str, str], **form: str) -> str:
        """Return an access token of a client; a form with a username is a person's."""
        grant = "password" if "username" in form else "client_credentials"
        said = call(
            "POST",
            self._tokens,
            form={"grant_type": grant, **form},
            headers={"Authorization": basic(*client)},
        )
        assert said.status == 200, said
        token: str = said.json["access_token"]
        return token

    def revoke(self, token: str, client: tuple[str, str]) -> None:
        """Revoke a token (RFC 7009)."""
        said = call(
            "POST",
            f"{self.issuer}/protocol/openid-connect/revoke",
            form={"token": token},
            headers={"Authorization": basic(*client)},
        )
        assert said.status == 200, said

    def enable_client(self, name: str, enabled: bool) -> None:
        """Switch a client on or off."""
        (client,) = self._admin("GET", f"/clients?clientId={name}")
        self._admin("PUT", f"/clients/{client['id']}", {**client, "enabled": enabled})

    def log_out(self, username: str) -> None:
        """End all sessions of a person."""
        (user,) = self._admin("GET", f"/users?exact=true&username={username}")
        self._admin("POST", f"/users/{user['id']}/logout")

    def web_client(self, name: str, secret: str, home: str) -> None:
        """Make a client that people log in to, with everything below this address."""
        attributes = {
            "backchannel.logout.url": f"{home}/backchannel-logout",
            "backchannel.logout.session.required": "true",
            "post.logout.redirect.uris": "http://127.0.0.1:1/bye",
            "access.token.lifespan": "5",
            "pkce.code.challenge.method": "S256",
        }
        client = {
            "clientId": name,
            "secret": secret,
            "protocol": "openid-connect",
            "publicClient": False,
            "clientAuthenticatorType": "client-secret",
            "standardFlowEnabled": True,
            "directAccessGrantsEnabled": False,
            "redirectUris": [f"{home}/callback"],
            "attributes": attributes,
        }
        for known in self._admin("GET", f"/clients?clientId={name}"):
            self._admin("DELETE", f"/clients/{known['id']}")
        self._admin("POST", "/clients", client)

    def new_key(self, priority: int) -> None:
        """Sign with a new RSA key from now on; the older ones stay published."""
        realm = self._admin("GET", "")["id"]
        kinds = {"providerId": "rsa-generated", "providerType": "org.keycloak.keys.KeyProvider"}
        config = {"priority": [str(priority)], "keySize": ["2048"], "algorithm": ["RS256"]}
        key = {"name": f"rsa-{priority}", "parentId": realm, "config": config, **kinds}
        self._admin("POST", "/components", key)

    def _admin(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> Any:
        signed_in = call(
            "POST",
            f"{self.url}/realms/master/protocol/openid-connect/token",
            form={
                "grant_type": "password",
                "client_id": "admin-cli",
                "username": "admin",
                "password": self._password,
            },
        )
        assert signed_in.status == 200, signed_in
        said = call(
            method,
            f"{self.url}/admin/realms/test{path}",
            body=None if content is None else json.dumps(content).encode(),
            headers={
                "Authorization": f"Bearer {signed_in.json['access_token']}",
                "Content-Type": "application/json",
            },
        )
        assert said.status in (200, 201, 204), said
        return said.json if said.body else None


@pytest.fixture(scope="session")
def keycloak() -> Keycloak:
    url, password = os.environ.get("KEYCLOAK_URL"), os.environ.get("KEYCLOAK_PASSWORD")
    if not url or not password:
        pytest.fail("there is no Keycloak: run these with `make interop`", pytrace=False)
    return Keycloak(url, password)
