"""What the provider tells about itself: metadata and keys (OpenID Connect Discovery 1.0, 4)."""

from gatepost.idp.asking import Asking, RefusedError, json_reply
from gatepost.idp.endpoints import World
from gatepost.values import Reply

METADATA = "discovery"
KEYS = "keys"


def metadata(world: World, asking: Asking) -> Reply:
    """Answer the metadata document; only endpoints that exist are in it."""
    _get_only(asking)
    issuer = world.issuer
    methods = ["client_secret_basic", "client_secret_post"]
    return json_reply(
        {
            "issuer": issuer,
            "token_endpoint": f"{issuer}/v1/token",
            "introspection_endpoint": f"{issuer}/v1/introspect",
            "revocation_endpoint": f"{issuer}/v1/revoke",
            "jwks_uri": f"{issuer}/v1/keys",
            "grant_types_supported": ["client_credentials", "password"],
            "response_types_supported": [],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [world.keys.current.alg],
            "token_endpoint_auth_methods_supported": methods,
            "introspection_endpoint_auth_methods_supported": methods,
            "introspection_signing_alg_values_supported": [world.keys.current.alg],
            "revocation_endpoint_auth_methods_supported": methods,
            "scopes_supported": sorted(
                {
                    scope
                    for application in world.directory.applications.by_id.values()
                    for scope in application.seed.scopes
                }
            ),
        },
        store=True,
    )


def keys(world: World, asking: Asking) -> Reply:
    """Answer the published keys (RFC 7517, 5)."""
    _get_only(asking)
    return json_reply(world.keys.document, store=True)


def _get_only(asking: Asking) -> None:
    if asking.method not in ("GET", "HEAD"):
        raise RefusedError(405, "invalid_request", "use GET", headers=(("allow", "GET, HEAD"),))
