"""All groups of fields as one configuration, and the rules between them."""

from collections.abc import Mapping
from typing import Any

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from gatepost.plugins.openid_connect.config import consistency
from gatepost.plugins.openid_connect.config.access import AccessFields
from gatepost.plugins.openid_connect.config.client import ClientFields
from gatepost.plugins.openid_connect.config.credentials import (
    ALL_METHODS,
    AT_WORK,
    CredentialFields,
)
from gatepost.plugins.openid_connect.config.headers import HeaderFields
from gatepost.plugins.openid_connect.config.introspection import (
    IntrospectionFields,
    UserinfoFields,
)
from gatepost.plugins.openid_connect.config.issuer import IssuerFields
from gatepost.plugins.openid_connect.config.login import LoginFields, LogoutFields
from gatepost.plugins.openid_connect.config.needs import lacks
from gatepost.plugins.openid_connect.config.old_names import translate
from gatepost.plugins.openid_connect.config.redis import RedisRecord
from gatepost.plugins.openid_connect.config.session import SessionFields
from gatepost.plugins.openid_connect.config.token import TokenFields
from gatepost.plugins.openid_connect.config.transport import (
    CacheFields,
    ErrorFields,
    TransportFields,
)
from gatepost.plugins.openid_connect.config.verification import VerificationFields
from gatepost.values import RedisSettings

_NULL_SAYS_SOMETHING = {"login_tokens", "scopes", "upstream_access_token_header"}


class OpenIdConnectConfig(
    ErrorFields,
    TransportFields,
    CacheFields,
    HeaderFields,
    AccessFields,
    SessionFields,
    LogoutFields,
    LoginFields,
    TokenFields,
    UserinfoFields,
    IntrospectionFields,
    VerificationFields,
    CredentialFields,
    IssuerFields,
    ClientFields,
):
    """Kong's field names and defaults (schema 3.15). Null means unset, as does the text ``nil``
    for a header.
    """

    @model_validator(mode="before")
    @classmethod
    def _as_kong_reads_it(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        config = translate(raw)
        for name in list(config):
            if config[name] == "nil" and name.endswith("_header"):
                config[name] = None
            known = name in cls.model_fields and name not in _NULL_SAYS_SOMETHING
            if config[name] is None and known:
                del config[name]
        return config

    @model_validator(mode="after")
    def _consistent(self) -> "OpenIdConnectConfig":
        problems = consistency.problems(self)
        if problems:
            raise PydanticCustomError("inconsistent", "{why}", {"why": "; ".join(problems)})
        return self

    @property
    def methods_named(self) -> bool:
        """Whether the operator chose methods; Kong's whole default list chooses none."""
        return set(self.auth_methods) != set(ALL_METHODS)

    @property
    def room(self) -> RedisSettings | None:
        """Return the Redis in which nodes tell one another what has ended, where there is one."""
        if self.session_storage == "redis":
            return (self.redis or RedisRecord()).settings()
        return self.redis.settings() if self.redis is not None and self.redis.placed else None

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that run, in their fixed order.

        Where none were chosen, those that cannot work as configured are left out.
        """
        if self.methods_named:
            return tuple(name for name in AT_WORK if name in self.auth_methods)
        return tuple(name for name in AT_WORK if lacks(self, name) is None)
