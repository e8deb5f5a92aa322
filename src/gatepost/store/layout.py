"""The shape of Kong's declarative file: which kinds there are, what nests where, what comes later.

Tables only; ``flatten`` and ``references`` read them.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Kind:
    """One array of the file.

    name: the field by which others refer to an entity, beside its id.
    nested: key inside an entity -> (kind of the entities there, their field that refers back).
    """

    name: str | None = None
    nested: dict[str, tuple[str, str]] = field(default_factory=dict)


# in the order in which ids can be worked out: an entity comes after all it refers to
LAYOUT: dict[str, Kind] = {
    "certificates": Kind(nested={"snis": ("snis", "certificate")}),
    "ca_certificates": Kind(),
    "vaults": Kind("prefix"),
    "key_sets": Kind("name", {"keys": ("keys", "set")}),
    "keys": Kind("name"),
    "consumer_groups": Kind("name"),
    "consumers": Kind(
        "username",
        {
            "plugins": ("plugins", "consumer"),
            "groups": ("consumer_group_consumers", "consumer"),
            "keyauth_credentials": ("keyauth_credentials", "consumer"),
            "basicauth_credentials": ("basicauth_credentials", "consumer"),
            "acls": ("acls", "consumer"),
        },
    ),
    "consumer_group_consumers": Kind(),
    "keyauth_credentials": Kind("key"),
    "basicauth_credentials": Kind("username"),
    "acls": Kind(),
    "upstreams": Kind("name", {"targets": ("targets", "upstream")}),
    "services": Kind("name", {"routes": ("routes", "service"), "plugins": ("plugins", "service")}),
    "routes": Kind("name", {"plugins": ("plugins", "route")}),
    "targets": Kind("target"),
    "snis": Kind("name"),
    "plugins": Kind("instance_name"),
    "service_packages": Kind("name", {"versions": ("service_versions", "service_package")}),
    "service_versions": Kind("version"),
}

VERSION = "3.0"

# keys about the file itself that change nothing here
ABOUT = ("_format_version", "_comment", "_ignore", "_info", "_transform", "_workspace")

LATER = (
    "cloned_plugins",
    "custom_entities",
    "custom_plugins",
    "degraphql_routes",
    "filter_chains",
    "hmacauth_credentials",
    "jwt_secrets",
    "keyauth_enc_credentials",
    "licenses",
    "mtls_auth_credentials",
    "oauth2_credentials",
    "oauth2_tokens",
    "parameters",
    "partials",
    "rbac_endpoint_permissions",
    "rbac_roles",
    "rbac_users",
    "workspaces",
    "_konnect",
    "_plugin_configs",
)
