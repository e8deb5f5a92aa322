"""What a provider knows at its start: a readable file, checked as a whole before use."""

from importlib import resources
from pathlib import Path

import msgspec

from gatepost.idp.application_seed import ApplicationSeed, Name, check_claims
from gatepost.values import By, Fault


class UserSeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person; claims are added to the access tokens that are given for them."""

    login: Name
    password: Name
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    claims: dict[str, object] = {}

    def __post_init__(self) -> None:
        check_claims(self.claims)

    def __repr__(self) -> str:
        return f"UserSeed(login={self.login!r})"  # the password stays inside


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
