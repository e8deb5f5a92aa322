"""How Okta's management API writes users, groups and errors, and reads new ones.

Members that this provider would ignore are refused, so that nobody believes in them.
"""

import datetime
from typing import Annotated, Any

import msgspec

from gatepost.idp.directory import Group, User
from gatepost.idp.seed import GroupSeed, UserSeed

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a request body."""


class _UserProfile(Strict, frozen=True):
    login: Text
    email: str = ""
    firstName: str = ""  # noqa: N815
    lastName: str = ""  # noqa: N815


class _Password(Strict, frozen=True):
    value: Text


class _UserCredentials(Strict, frozen=True):
    password: _Password


class _NewUser(Strict, frozen=True):
    profile: _UserProfile
    credentials: _UserCredentials


class _GroupProfile(Strict, frozen=True):
    name: Text
    description: str = ""


class _NewGroup(Strict, frozen=True):
    profile: _GroupProfile


def read_user(body: bytes) -> UserSeed:
    """Read a new user. Raises msgspec.MsgspecError."""
    new = msgspec.json.decode(body, type=_NewUser)
    return UserSeed(
        login=new.profile.login,
        password=new.credentials.password.value,
        email=new.profile.email,
        first_name=new.profile.firstName,
        last_name=new.profile.lastName,
    )


def read_group(body: bytes) -> GroupSeed:
    """Read a new group. Raises msgspec.MsgspecError."""
    profile = msgspec.json.decode(body, type=_NewGroup).profile
    return GroupSeed(name=profile.name, description=profile.description)


def user(one: User) -> dict[str, Any]:
    """Write a user; never the password."""
    seed = one.seed
    return {
        "id": one.id,
        "status": "ACTIVE" if one.life.active else "DEPROVISIONED",
        "created": instant(one.created),
        "profile": {
            "login": seed.login,
            "email": seed.email,
            "firstName": seed.first_name,
            "lastName": seed.last_name,
        },
    }


def group(one: Group) -> dict[str, Any]:
    """Write a group."""
    return {
        "id": one.id,
        "created": instant(one.created),
        "type": "OKTA_GROUP",
        "profile": {"name": one.name, "description": one.description},
    }


def problem(code: str, summary: str) -> dict[str, Any]:
    """Write an error; the codes are Okta's."""
    return {"errorCode": code, "errorSummary": summary, "errorCauses": []}


def instant(seconds: float) -> str:
    """Write a moment as Okta does."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
