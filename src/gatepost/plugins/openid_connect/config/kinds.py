"""The kinds of field that this configuration is made of, and how a field says it is at work.

Types are strict: Kong refuses a number where a text belongs, and so do we. A field made by
``later`` is known but does nothing yet; it is refused unless it holds its default.
"""

import json
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from gatepost.oidc.endpoint_url import problem
from gatepost.oidc.redirect_target import local_target
from gatepost.plugin.plugin import Config
from gatepost.plugin.shape import Like
from gatepost.plugins.openid_connect.header_names import is_name

Texts = Annotated[tuple[str, ...], Strict(strict=False)]
"""A list of texts."""

ClaimPath = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=1)], ...],
    Strict(strict=False),
    Field(min_length=1),
]
"""Member names that lead to a claim; one name is a top-level claim."""

Seconds = Annotated[float, Field(ge=0)]

AuthMethodName = Literal[
    "authorization_code",
    "bearer",
    "client_credentials",
    "introspection",
    "kong_oauth2",
    "password",
    "refresh_token",
    "session",
    "userinfo",
]
AuthMethodNames = Annotated[tuple[AuthMethodName, ...], Strict(strict=False)]

ClientAuthName = Literal[
    "client_secret_basic",
    "client_secret_jwt",
    "client_secret_post",
    "none",
    "private_key_jwt",
    "self_signed_tls_client_auth",
    "tls_client_auth",
]
ClientAlgs = Annotated[
    tuple[
        Literal[
            "ES256",
            "ES384",
            "ES512",
            "EdDSA",
            "HS256",
            "HS384",
            "HS512",
            "PS256",
            "PS384",
            "PS512",
            "RS256",
            "RS384",
            "RS512",
        ],
        ...,
    ],
    Strict(strict=False),
]

ClientAuthNames = Annotated[tuple[ClientAuthName, ...], Strict(strict=False)]

PlaceName = Literal["body", "header", "query"]
PlaceNames = Annotated[tuple[PlaceName, ...], Strict(strict=False)]
BearerPlaceNames = Annotated[
    tuple[Literal["body", "cookie", "header", "query"], ...], Strict(strict=False)
]

GrantName = Literal["authorization_code", "client_credentials", "password", "refresh_token"]
SameSite = Literal["Default", "Lax", "None", "Strict"]
Port = Annotated[int, Field(ge=0, le=65535)]
Record = dict[str, Any]
"""A nested record of a field that is not at work, described by ``Like``; see ``later``."""


def _check_header_name(text: str) -> str:
    if not is_name(text):
        raise PydanticCustomError("header_name", "not a header name")
    return text


def _check_cookie_name(text: str) -> str:
    if not is_name(text) or "*" in text or len(text) > 64:
        raise PydanticCustomError(
            "cookie_name", "not the name of a cookie: letters, digits and hyphens, at most 64"
        )
    return text


_NO_REFERENCE = Field(json_schema_extra={"referenceable": False})

CookieName = Annotated[str, AfterValidator(_check_cookie_name), _NO_REFERENCE]

HeaderName = Annotated[str, AfterValidator(_check_header_name), _NO_REFERENCE]
HeaderNames = Annotated[tuple[HeaderName, ...], Strict(strict=False)]


def is_reference(text: str) -> bool:
    """Return whether a text stands for a value in a vault, which is checked once it is known."""
    return text.startswith("{vault://") and text.endswith("}")


def _check_endpoint(text: str) -> str:
    why = None if is_reference(text) else problem(text)
    if why is not None:
        raise PydanticCustomError("address", "not an address to call: {why}", {"why": why})
    return text


EndpointUrl = Annotated[str, AfterValidator(_check_endpoint)]
EndpointUrls = Annotated[tuple[EndpointUrl, ...], Strict(strict=False)]


def _check_target(text: str) -> str:
    address = text.partition("#")[0]
    if not is_reference(text) and local_target(text) is None and problem(address) is not None:
        raise PydanticCustomError(
            "target", "neither an address such as https://app.example/ nor a path such as /bye"
        )
    return text


Target = Annotated[str, AfterValidator(_check_target)]
"""Where a browser is sent: an address, or a path on the same host."""

Targets = Annotated[tuple[Target, ...], Strict(strict=False)]


class Fields(Config):
    """A group of fields: strict, silent about values, and refusing what is not at work."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )

    @field_validator("*", mode="after")
    @classmethod
    def _only_what_works(cls, value: object, info: ValidationInfo) -> object:
        if value == "" or (isinstance(value, tuple) and "" in value):
            raise PydanticCustomError("string_too_short", "length must be at least 1")
        field = cls.model_fields[info.field_name or ""]
        extra = field.json_schema_extra
        if not isinstance(extra, dict):
            return value
        if extra.get("filled") and _holds_only_defaults(value, field):
            return field.default
        if extra.get("at_work") is not False or value == field.default:
            return value
        shown = json.dumps(field.default)
        raise PydanticCustomError(
            "not_at_work",
            "is not at work yet; leave it out, or keep its default {default}",
            {"default": shown},
        )


def _holds_only_defaults(value: object, field: FieldInfo) -> bool:
    """Return whether a record holds only nulls and the defaults of its members."""
    if isinstance(value, Config):
        return value == type(value)()
    if not isinstance(value, dict):
        return False
    members = _like(field.annotation).model_fields
    return all(
        member is None or (name in members and members[name].default == member)
        for name, member in value.items()
    )


def _like(annotation: Any) -> type[BaseModel]:
    """Return the record by which a field of plain JSON is described."""
    return next(
        mark.record
        for one in get_args(annotation)
        for mark in getattr(one, "__metadata__", ())
        if isinstance(mark, Like)
    )


def later(default: Any, description: str, *, secret: bool = False, filled: bool = False) -> Any:
    """Declare a field that is known but not at work. secret, filled: as of ``works``."""
    extra: JsonDict = {"at_work": False, **({"filled": True} if filled else {})}
    return Field(default, description=description, repr=not secret, json_schema_extra=extra)


def works(
    default: Any,
    description: str,
    *,
    secret: bool = False,
    filled: bool = False,
    referenceable: bool = True,
) -> Any:
    """Declare a field that is at work.

    secret: it is never printed. filled: it is a record, and null is the same as all its defaults,
    which may be written out. referenceable: a vault reference may stand for a text.
    """
    extra: JsonDict = {"filled": True} if filled else {}
    if not referenceable:
        extra["referenceable"] = False
    # None would take away what the field's type says by itself
    more: dict[str, Any] = {"json_schema_extra": extra} if extra else {}
    return Field(default, description=description, repr=not secret, **more)
