"""Files to sync: a big one, a small one with every kind in it, and one in old spellings."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.kong.content import Content
from tests.kong.kinds import Entity

SERVICES, ROUTES, PLUGINS = 200, 1000, 300
CONSUMERS, GROUPS, UPSTREAMS, TARGETS, CERTIFICATES = 100, 5, 40, 3, 10


@cache
def certificate(name: str, *, is_authority: bool = False) -> tuple[str, str]:
    """Return a new certificate that signs itself, and its key: PEM, a day long."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return made.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


def openid_connect(number: int) -> Entity:
    """Return a plugin; no two are the same."""
    return {
        "name": "openid-connect",
        "config": {
            "issuer": f"https://login-{number % 7}.example.test",
            "client_id": [f"client-{number}"],
            "client_secret": [f"secret-{number}"],
            "auth_methods": ["session", "bearer"] if number % 2 else ["bearer"],
            "scopes": ["openid", "profile", f"area-{number % 11}"],
            "consumer_claims": [["preferred_username"], ["sub"]],
            "consumer_optional": True,
            "cache_ttl": 60 + number,
        },
    }


def _route(number: int) -> Entity:
    route: Entity = {"name": f"route-{number}", "paths": [f"/area/{number}"], "tags": ["made"]}
    if number % 5 == 0:
        route |= {"methods": ["POST", "GET"], "hosts": [f"b{number}.test", f"a{number}.test"]}
    if number % 7 == 0:
        route |= {"headers": {"x-version": ["2", "1"]}, "strip_path": False}
    if number < PLUGINS:
        route["plugins"] = [openid_connect(number)]
    return route


def _service(number: int) -> Entity:
    each = ROUTES // SERVICES
    service: Entity = {
        "name": f"service-{number}",
        "tags": ["made", f"team-{number % 9}"],
        "routes": [_route(number * each + one) for one in range(each)],
    }
    if number % 2:
        return {**service, "url": f"http://u{number % UPSTREAMS}.test/base"}
    return {**service, "host": f"u{number % UPSTREAMS}.test", "read_timeout": 5000 + number}


def _certificate(number: int) -> Entity:
    cert, key = certificate(f"c{number}.test")
    return {"cert": cert, "key": key, "snis": [{"name": f"c{number}.test"}]}


def large() -> Content:
    """Return 200 services with 1,000 routes, 300 plugins, consumers, groups, upstreams, SNIs."""
    return {
        "_format_version": "3.0",
        "services": [_service(number) for number in range(SERVICES)],
        "upstreams": [
            {
                "name": f"u{number}.test",
                "tags": [f"rack-{number % 3}"],
                "targets": [
                    {"target": f"10.0.{number}.{one + 1}:80", "weight": 10 * one + 10}
                    for one in range(TARGETS)
                ],
            }
            for number in range(UPSTREAMS)
        ],
        "consumer_groups": [{"name": f"group-{number}"} for number in range(GROUPS)],
        "consumers": [
            {
                "username": f"person-{number}",
                "custom_id": f"id-{number}",
                "groups": [{"name": f"group-{number % GROUPS}"}],
            }
            for number in range(CONSUMERS)
        ],
        "certificates": [_certificate(number) for number in range(CERTIFICATES)],
    }


def everything() -> Content:
    """Return one or two of each kind, with every form that a reference may have in a file."""
    cert, key = certificate("every.test")
    authority, _ = certificate("authority.test", is_authority=True)
    return {
        "_format_version": "3.0",
        "_info": {"defaults": {"route": {"preserve_host": True}}},
        "_plugin_configs": {"login": openid_connect(0)["config"]},
        "services": [
            {"name": "shop", "url": "https://shop.test:8443/v1", "retries": 0},
            {"name": "plain", "host": "plain.test"},
        ],
        "routes": [
            {"name": "shop-route", "service": {"name": "shop"}, "paths": ["/shop", "/basket"]},
            {"name": "loose", "paths": ["~/loose/(?<id>\\d+)$"], "strip_path": False},
        ],
        "plugins": [
            {"name": "openid-connect", "route": "shop-route", "_config": "login"},
            {
                "name": "openid-connect",
                "service": "plain",
                "_config": "login",
                "config": {"scopes": ["openid"]},
                "enabled": False,
            },
        ],
        "upstreams": [{"name": "shop.test", "targets": [{"target": "10.1.1.1:80"}]}],
        "consumer_groups": [{"name": "gold"}, {"name": "silver", "tags": ["metal"]}],
        "consumers": [
            {
                "username": "ann",
                "custom_id": "0001",
                "groups": [{"name": "gold"}],
                "acls": [{"group": "staff"}],
                "keyauth_credentials": [{"key": "ann-has-a-key-of-her-own"}],
            },
            {"username": "bob", "groups": [{"name": "gold"}, {"name": "silver"}]},
        ],
        "certificates": [{"cert": cert, "key": key, "snis": [{"name": "every.test"}]}],
        "ca_certificates": [{"cert": authority}],
        "vaults": [{"name": "env", "prefix": "my-env", "config": {"prefix": "SECRET_"}}],
        "key_sets": [{"name": "signing"}],
    }


def old_spellings() -> Content:
    """Return plugins written with names that Kong had before, and with shorthands."""
    base = {"issuer": "https://login.example.test", "client_id": ["old"]}
    old = {
        "consumer_claim": ["realm", "user"],
        "authorization_cookie_lifetime": 900,
        "authorization_cookie_samesite": "Strict",
        "authorization_cookie_httponly": False,
        "session_cookie_lifetime": 7200,
        "session_cookie_idletime": 600,
        "session_cookie_samesite": "Strict",
        "session_cookie_httponly": True,
        "upstream_headers_claims": ["sub", "email"],
        "upstream_headers_names": ["x-subject", "x-email"],
    }
    redis = {
        "session_storage": "redis",
        "session_redis_host": "redis.example.test",
        "session_redis_port": 6380,
        "session_redis_ssl": True,
        "session_redis_prefix": "old",
        "session_redis_connect_timeout": 1500,
    }
    configs = {"claim": {**base, **old}, "redis": {**base, **redis}, "new": {**base}}
    return {
        "_format_version": "3.0",
        "services": [
            {
                "name": f"old-{name}",
                "url": "http://old.test",
                "routes": [
                    {
                        "name": f"old-{name}",
                        "paths": [f"/old/{name}"],
                        "plugins": [{"name": "openid-connect", "config": config}],
                    }
                ],
            }
            for name, config in configs.items()
        ],
    }
