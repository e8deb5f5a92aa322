"""What decK knows of each kind of entity: its fields, its paths, how it is found, and when written.

The fields are those that decK's own client library decodes. What a server answers beyond them is
dropped before anything is compared, so that a new field of a server is never a difference.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Entity = dict[str, Any]
Natural = Callable[[Mapping[str, Any]], tuple[str, ...] | None]


def referred(entity: Mapping[str, Any], field: str) -> str:
    """Return the id that a reference holds, or nothing."""
    held = entity.get(field)
    return str(held.get("id") or "") if isinstance(held, Mapping) else ""


def named(*fields: str) -> Natural:
    """Find by the first of these fields that is set."""

    def natural(entity: Mapping[str, Any]) -> tuple[str, ...] | None:
        return next(((field, str(entity[field])) for field in fields if entity.get(field)), None)

    return natural


def within(field: str, *owners: str) -> Natural:
    """Find by a field together with the entities that it stands under."""

    def natural(entity: Mapping[str, Any]) -> tuple[str, ...] | None:
        return (str(entity.get(field)), *(referred(entity, owner) for owner in owners))

    return natural


def _certified(entity: Mapping[str, Any]) -> tuple[str, ...] | None:
    return (str(entity.get("cert")).strip(), str(entity.get("key")).strip())


@dataclass(frozen=True)
class Kind:
    """One kind. name: as decK prints it. path: where all of them are listed.

    below: the segment under /consumers/{id} where a credential is written. matched: a change is
    looked up by the natural key and not by the id. asked: before one is made, its id is asked for,
    and somebody else's entity with that id stops everything. dated: an update carries created_at.
    """

    name: str
    path: str
    fields: tuple[str, ...]
    natural: Natural
    refs: tuple[str, ...] = ()
    below: str = ""
    matched: bool = False
    asked: bool = False
    dated: bool = True
    tolerated: tuple[int, ...] = ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _credential(name: str, path: str, below: str, fields: str, natural: Natural) -> Kind:
    return Kind(
        name,
        path,
        ("id", "consumer", "tags", *fields.split()),
        natural,
        refs=("consumer",),
        below=below,
        asked=name == "key-auth",
        dated=name != "acl-group",
        tolerated=(404,),
    )


_OPTIONAL = (404, 403)
_SCOPES = ("service", "route", "consumer", "consumer_group")

SERVICE = Kind(
    "service",
    "services",
    _words(
        "id name protocol host port path retries connect_timeout write_timeout read_timeout url "
        "enabled tags client_certificate tls_verify tls_verify_depth ca_certificates"
    ),
    named("name"),
    refs=("client_certificate",),
    asked=True,
)
ROUTE = Kind(
    "route",
    "routes",
    _words(
        "id name protocols methods hosts paths headers snis sources destinations service tags "
        "expression priority regex_priority path_handling preserve_host strip_path "
        "https_redirect_status_code request_buffering response_buffering"
    ),
    named("name"),
    refs=("service",),
    asked=True,
)
CONSUMER = Kind(
    "consumer",
    "consumers",
    ("id", "username", "custom_id", "tags"),
    named("username", "custom_id"),
)
GROUP = Kind(
    "consumer-group",
    "consumer_groups",
    ("id", "name", "tags"),
    named("name"),
    matched=True,
    tolerated=_OPTIONAL,
)
MEMBER = Kind(
    "consumer-group-consumer",
    "",
    ("consumer", "consumer_group"),
    within("username", "consumer_group"),
)
CERTIFICATE = Kind(
    "certificate",
    "certificates",
    ("id", "cert", "cert_alt", "key", "key_alt", "tags"),
    _certified,
    asked=True,
    dated=False,
)
SNI = Kind(
    "sni", "snis", ("id", "name", "certificate", "tags"), named("name"), refs=("certificate",)
)
CA_CERTIFICATE = Kind(
    "ca-certificate", "ca_certificates", ("id", "cert", "tags"), named("cert"), tolerated=(404,)
)
UPSTREAM = Kind(
    "upstream",
    "upstreams",
    _words(
        "id name host_header client_certificate algorithm slots healthchecks hash_on hash_fallback "
        "hash_on_header hash_fallback_header hash_on_cookie hash_on_cookie_path hash_on_query_arg "
        "hash_fallback_query_arg hash_on_uri_capture hash_fallback_uri_capture use_srv_name "
        "tags"
    ),
    named("name"),
    refs=("client_certificate",),
    matched=True,
    asked=True,
)
TARGET = Kind(
    "target",
    "",
    ("id", "target", "weight", "upstream", "tags"),
    within("target", "upstream"),
    refs=("upstream",),
    dated=False,
)
VAULT = Kind(
    "vault",
    "vaults",
    ("id", "name", "prefix", "description", "config", "tags"),
    named("prefix"),
    matched=True,
    asked=True,
    tolerated=_OPTIONAL,
)
PARTIAL = Kind(
    "partial",
    "partials",
    ("id", "name", "type", "config", "tags"),
    named("name"),
    tolerated=_OPTIONAL,
)
KEY_SET = Kind(
    "key-set", "key-sets", ("id", "name", "tags"), named("name"), matched=True, tolerated=_OPTIONAL
)
KEY = Kind(
    "key",
    "keys",
    ("id", "name", "kid", "jwk", "pem", "set", "tags"),
    named("name"),
    refs=("set",),
    matched=True,
    tolerated=_OPTIONAL,
)
PLUGIN = Kind(
    "plugin",
    "plugins",
    (
        *("id", "name", "instance_name", "config", "enabled", "protocols", "run_on", "ordering"),
        *("partials", "condition", "tags", *_SCOPES),
    ),
    within("name", *_SCOPES),
    refs=_SCOPES,
    matched=True,
    asked=True,
)
FILTER_CHAIN = Kind(
    "filter-chain",
    "filter-chains",
    ("id", "name", "enabled", "filters", "service", "route", "tags"),
    within("name", "service", "route"),
    refs=("service", "route"),
    tolerated=(404, 400),
)
CREDENTIALS: dict[str, Kind] = {
    "keyauth_credentials": _credential(
        "key-auth", "key-auths", "key-auth", "key ttl", named("key")
    ),
    "hmacauth_credentials": _credential(
        "hmac-auth", "hmac-auths", "hmac-auth", "username secret", named("username")
    ),
    "jwt_secrets": _credential(
        "jwt-auth", "jwts", "jwt", "key secret algorithm rsa_public_key", named("key")
    ),
    "basicauth_credentials": _credential(
        "basic-auth", "basic-auths", "basic-auth", "username password", named("username")
    ),
    "oauth2_credentials": _credential(
        "oauth2-cred",
        "oauth2",
        "oauth2",
        "name client_id client_secret client_type hash_secret redirect_uris",
        named("client_id"),
    ),
    "acls": _credential("acl-group", "acls", "acls", "group", within("group", "consumer")),
    "mtls_auth_credentials": _credential(
        "mtls-auth", "mtls-auths", "mtls-auth", "subject_name ca_certificate", named("id")
    ),
}

# Makes and changes go down these levels, deletes go up. Within a level decK finishes one kind
# before it begins the next.
LEVELS: tuple[tuple[Kind, ...], ...] = (
    (CERTIFICATE, CA_CERTIFICATE, CONSUMER, VAULT, PARTIAL, KEY_SET),
    (GROUP, SNI, SERVICE, UPSTREAM, KEY, *CREDENTIALS.values()),
    (ROUTE, TARGET, MEMBER),
    (PLUGIN, FILTER_CHAIN),
)
KINDS: dict[str, Kind] = {kind.name: kind for level in LEVELS for kind in level}
