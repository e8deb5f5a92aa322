"""What the provider tells about itself: metadata and keys (OpenID Connect Discovery 1.0, 4)."""

import functools

import msgspec

from gatepost.idp.asking import Asking, RefusedError, json_reply
from gatepost.idp.browser.authorization_request import MODES, PROMPTS
from gatepost.idp.endpoints import World
from gatepost.idp.faulty.key_sets import KEY_SETS
from gatepost.idp.faulty.metadata import METADATA as METADATA_FAULTS
from gatepost.idp.faulty.metadata import MOVES_KEYS
from gatepost.idp.person import CLAIMS
from gatepost.idp.token_endpoint import GRANTS
from gatepost.values import Reply

METADATA = "discovery"
KEYS = "keys"

_SECRET_METHODS = ("client_secret_basic", "client_secret_post")


def metadata(world: World, asking: Asking) -> Reply:
    """Answer the metadata document; only what exists is in it."""
    _get_only(asking)
    if world.orders.take(METADATA, MOVES_KEYS) is not None:
        world.places.move()
    applications = world.directory.applications.by_id.values()
    scopes = {scope for application in applications for scope in application.seed.scopes}
    alg = world.keys.current.alg or ""
    document = _document(world.issuer, world.places.keys, alg, frozenset(scopes))
    order = world.orders.take(METADATA, METADATA_FAULTS)
    if order is not None:
        members = msgspec.json.decode(document, type=dict[str, object])
        return json_reply(METADATA_FAULTS[order.fault](members), store=True)
    return json_reply(document, store=True)


def keys(world: World, asking: Asking) -> Reply:
    """Answer the published keys (RFC 7517, 5)."""
    _get_only(asking)
    order = world.orders.take(KEYS, KEY_SETS)
    if order is None:
        return json_reply(world.keys.document, store=True)
    return json_reply({"keys": list(KEY_SETS[order.fault](world.keys, world.crowd))}, store=True)


def keys_where_they_were(world: World, asking: Asking) -> Reply:
    """Answer the published keys, unless they are elsewhere now."""
    if world.places.moved:
        raise RefusedError(404, "not_found", "the keys have moved: see jwks_uri in the metadata")
    return keys(world, asking)


@functools.lru_cache(maxsize=16)  # it changes with keys and applications, and is asked for often
def _document(issuer: str, keys: str, alg: str, scopes: frozenset[str]) -> bytes:
    """Return the document (Discovery 1.0, 3; RFC 8414, 2; and what each line names)."""
    members = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/v1/authorize",
        "token_endpoint": f"{issuer}/v1/token",
        "userinfo_endpoint": f"{issuer}/v1/userinfo",
        "introspection_endpoint": f"{issuer}/v1/introspect",
        "revocation_endpoint": f"{issuer}/v1/revoke",
        "end_session_endpoint": f"{issuer}/v1/logout",
        "pushed_authorization_request_endpoint": f"{issuer}/v1/par",  # RFC 9126, 5
        "jwks_uri": f"{issuer}{keys}",
        "grant_types_supported": list(GRANTS),
        "response_types_supported": ["code"],
        "response_modes_supported": list(MODES),
        "prompt_values_supported": list(PROMPTS),
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": sorted(scopes),
        "claims_supported": list(CLAIMS),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [alg],
        "userinfo_signing_alg_values_supported": [alg],
        "authorization_signing_alg_values_supported": [alg],  # JARM, 4
        "token_endpoint_auth_methods_supported": [*_SECRET_METHODS, "none"],
        "introspection_endpoint_auth_methods_supported": _SECRET_METHODS,
        "introspection_signing_alg_values_supported": [alg],
        "revocation_endpoint_auth_methods_supported": [*_SECRET_METHODS, "none"],
        "authorization_response_iss_parameter_supported": True,  # RFC 9207, 3
        "require_pushed_authorization_requests": False,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,  # it would be true unless told
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
    }
    return msgspec.json.encode(members)


def _get_only(asking: Asking) -> None:
    if asking.method not in ("GET", "HEAD"):
        raise RefusedError(405, "invalid_request", "use GET", headers=(("allow", "GET, HEAD"),))
