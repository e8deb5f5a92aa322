"""What a provider knows at its start: a readable file, checked as a whole before use."""

from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from gatepost.values import By, Fault

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=10 * 365 * 86_400)]
Grant = Literal["client_credentials", "password"]
ClientAuth = Literal["any", "client_secret_basic", "client_secret_post"]

RESERVED_CLAIMS = frozenset(
    {
        *("iss", "sub", "aud", "exp", "iat", "jti", "scope", "client_id"),
        *("ver", "cid", "scp", "uid"),  # Okta's
        *("active", "token_type", "username"),  # of the introspection answer
    }
)
"""Claims that the provider sets itself; ``/dev/mint`` makes tokens in which they lie."""


class ApplicationSeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An OAuth client.

    access_token: what its tokens look like. scopes: what it may ask for; default_scopes: what it
    gets when it asks for none (all of them unless told). audience: who its tokens are for; the
    first is taken unless the request names another. expires_in: seconds. claims: added to its
    tokens. client_auth: how it must authenticate.
    """

    id: Name
    secret: Name
    label: str = ""
    access_token: Literal["opaque", "jwt"] = "opaque"
    grants: tuple[Grant, ...] = ("client_credentials",)
    scopes: tuple[Name, ...] = ()
    default_scopes: tuple[Name, ...] | None = None
    audience: tuple[Name, ...] = ("api://default",)
    expires_in: Seconds = 3600
    claims: dict[str, object] = {}
    client_auth: ClientAuth = "any"

    def __post_init__(self) -> None:
        if not self.audience:
            raise ValueError("audience needs at least one entry")
        if any(set(scope) & set(' "\\') for scope in self.scopes):  # RFC 6749, 3.3
            raise ValueError("a scope holds no space, quote or backslash")
        unknown = set(self.default_scopes or ()) - set(self.scopes)
        if unknown:
            raise ValueError(f"default_scopes are not among scopes: {', '.join(sorted(unknown))}")
        _check_claims(self.claims)


class UserSeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person; claims are added to the tokens that the password grant gives for them."""

    login: Name
    password: Name
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    claims: dict[str, object] = {}

    def __post_init__(self) -> None:
        _check_claims(self.claims)


class GroupSeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group and the logins of its members; its name stands in the claim ``groups``."""

    name: Name
    description: str = ""
    users: tuple[Name, ...] = ()


class Seed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    applications: tuple[ApplicationSeed, ...] = ()
    users: tuple[UserSeed, ...] = ()
    groups: tuple[GroupSeed, ...] = ()

    def __post_init__(self) -> None:
        for what, names in (
            ("application id", [one.id for one in self.applications]),
            ("login", [one.login for one in self.users]),
            ("group name", [one.name for one in self.groups]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{what} used twice: {', '.join(twice)}")
        logins = {one.login for one in self.users}
        for group in self.groups:
            missing = sorted(set(group.users) - logins)
            if missing:
                raise ValueError(f"group {group.name} names unknown users: {', '.join(missing)}")


def read_seed(path: Path | None = None) -> Seed:
    """Read a seed file (YAML or JSON), or the default one.

    Raises Fault ``seed.unreadable`` or ``seed.invalid`` (operator); the latter names the place in
    the file, never a value from it.
    """
    try:
        if path is None:
            content = resources.files("gatepost.idp").joinpath("default.yaml").read_bytes()
        else:
            content = path.read_bytes()
    except OSError as error:
        raise Fault(
            "seed.unreadable",
            f"The seed file {path} cannot be read.",
            by=By.OPERATOR,
            cause=error.strerror,
        ) from None
    try:
        return msgspec.yaml.decode(content, type=Seed)
    except msgspec.MsgspecError as error:
        raise Fault(
            "seed.invalid", f"The seed file {path} is not valid: {error}.", by=By.OPERATOR
        ) from None


def _check_claims(claims: dict[str, object]) -> None:
    taken = sorted(RESERVED_CLAIMS & claims.keys())
    if taken:
        raise ValueError(f"claims that the provider sets itself: {', '.join(taken)}")
