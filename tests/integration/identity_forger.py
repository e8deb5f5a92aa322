"""Forged identity headers, in every spelling, and a node whose routes tell identities."""

import re

from tests.integration.recorder import Seen

FIXED = (
    "X-Consumer-ID", "X-Consumer-Custom-ID", "X-Consumer-Username", "X-Credential-Identifier",
    "X-Anonymous-Consumer", "X-Consumer-Groups", "X-Authenticated-Groups",
)  # fmt: skip
MAPPED = ("X-User", "X-Groups", "X-Claims-Department", "X-Only-There", "X-Token-Copy")
NAMES = FIXED + MAPPED


def kong_yaml(port: int) -> str:
    oidc = (
        "issuer: $ISSUER, client_id: [gateway], client_secret: [gateway-secret], "
        "upstream_headers: [{header: x_user, path: [sub]}, {header: X-GROUPS, path: [groups]}], "
        "upstream_access_token_header: 'authorization:bearer', "
        "upstream_headers_claims: [department], upstream_headers_names: [X_Claims-Department], "
        "upstream_introspection_header: X-Token-Copy"
    )
    return f"""
_format_version: "3.0"
consumers:
- {{username: guest, custom_id: guest-1}}
- {{username: minted}}
services:
- name: api
  url: http://127.0.0.1:{port}
  routes:
  - {{name: open, paths: [/open]}}
  - name: jwt
    paths: [/jwt]
    plugins: [{{name: openid-connect, config: {{{oidc}, auth_methods: [bearer]}}}}]
  - name: asked
    paths: [/asked]
    plugins: [{{name: openid-connect, config: {{{oidc}, auth_methods: [introspection]}}}}]
  - name: always
    paths: [/always]
    plugins: [{{name: openid-connect, config: {{
      {oidc}, auth_methods: [introspection], cache_introspection: false}}}}]
  - name: guests
    paths: [/guests]
    plugins: [{{name: openid-connect, config: {{
      {oidc}, auth_methods: [bearer], anonymous: guest}}}}]
  - name: preflight
    paths: [/preflight]
    plugins: [{{name: openid-connect, config: {{
      {oidc}, auth_methods: [bearer], run_on_preflight: false}}}}]
  - name: consumed
    paths: [/consumed]
    plugins: [{{name: openid-connect, config: {{
      {oidc}, auth_methods: [bearer], consumer_claims: [[sub]], consumer_by: [username]}}}}]
  - name: shown
    paths: [/shown]
    plugins: [{{name: openid-connect, config: {{
      {oidc}, auth_methods: [bearer], hide_credentials: false}}}}]
- name: elsewhere
  url: http://127.0.0.1:{port}
  routes:
  - name: other
    paths: [/other]
    plugins: [{{name: openid-connect, config: {{issuer: $ISSUER, auth_methods: [bearer],
      upstream_headers: [{{header: X-Only-There, path: [iss]}}]}}}}]
- name: nobody
  url: http://127.0.0.1:1
  routes:
  - {{name: down, paths: [/down]}}
"""


def spellings(name: str) -> list[str]:
    return list(
        dict.fromkeys(
            [
                name, name.upper(), name.lower(), name.replace("-", "_"), name.replace("-", "."),
                name.replace("-", "_", 1), name.lower().replace("-", "_"), name.swapcase(),
                name.replace("-", "_").upper(), name.replace("-", "~"), name.replace("-", "+"),
            ]
        )
    )  # fmt: skip


def forged() -> list[str]:
    """Return header lines: each name in each spelling, twice."""
    return [f"{one}: forged" for name in NAMES for one in spellings(name)] + [
        f"{name}: forged, twice" for name in NAMES
    ]


def told(seen: Seen) -> dict[str, list[str]]:
    """Return what an upstream could take for an identity, by a name without punctuation."""
    found: dict[str, list[str]] = {}
    wanted = {re.sub("[^a-z0-9]", "", name.lower()) for name in NAMES}
    for name, value in seen.headers:
        plain = re.sub("[^a-z0-9]", "", name.lower())
        if plain in wanted:
            found.setdefault(plain, []).append(value)
    return found
