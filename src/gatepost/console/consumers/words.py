"""Consumers in words, and the kinds of credentials by which they are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gatepost.console.admin_api import AdminApi, Page
from gatepost.console.parts import Field


@dataclass(frozen=True, slots=True)
class Credential:
    """One kind. path: below a consumer. shows: the field that tells one from another.

    fields: of a new one. goes: what stops when one is deleted. again: it can be made again as it
    was, because nothing of it is secret.
    """

    path: str
    title: str
    one: str
    shows: str
    about: str
    goes: str
    fields: tuple[Field, ...]
    again: bool = False


CREDENTIALS = (
    Credential(
        "key-auth",
        "API keys",
        "API key",
        "key",
        "For routes with the policy key-auth: the caller sends the key in a header.",
        "Callers with this key get 401 from now on.",
        (
            Field(
                "key",
                "Key",
                "secret",
                help="Leave it empty, and a good one is made and shown once.",
            ),
            Field("ttl", "Ends after (seconds)", "number", help="Empty: it does not end."),
            Field("tags", "Tags", "words"),
        ),
    ),
    Credential(
        "basic-auth",
        "Names and passwords",
        "name and password",
        "username",
        "For routes with the policy basic-auth. Only a hash of the password is kept.",
        "Callers with this name get 401 from now on.",
        (
            Field("username", "Name", required=True),
            Field("password", "Password", "secret", required=True),
            Field("tags", "Tags", "words"),
        ),
    ),
    Credential(
        "acls",
        "Groups of access lists",
        "group",
        "group",
        "For routes with the policy acl, which lets groups in or keeps them out.",
        "Routes that let only this group in answer 403 from now on.",
        (Field("group", "Group", required=True), Field("tags", "Tags", "words")),
        again=True,
    ),
)

FIELDS = (
    Field("username", "Name", help="Unique. This or the custom id is needed."),
    Field(
        "custom_id",
        "Custom id",
        help="What your own systems call it, such as a client id of your identity provider.",
    ),
    Field("tags", "Tags", "words"),
)


def called(consumer: Mapping[str, Any]) -> str:
    """Return what to call a consumer."""
    return str(consumer.get("username") or consumer.get("custom_id") or consumer.get("id") or "")


async def sought(api: AdminApi, kind: str, words: str) -> Page:
    """Return entities of a kind in which words were found, shaped like those of a list.

    Raises Trouble.
    """
    got = await api.get("/search", q=words[:200], kinds=kind, size=100)
    items = [
        {
            "id": one["id"],
            "username": one.get("name"),
            "name": one.get("name"),
            "about": one.get("about"),
        }
        for one in got["data"]
    ]
    return Page(items, None)
