"""What a consumer shows to be known: an API key, a name and password, a group of an access list."""

import base64
import hashlib
from typing import Annotated, Any

from pydantic import Field

from gatepost.model.entity import Entity
from gatepost.model.text import Id, Integer, Text, between
from gatepost.model.violation import Violation

_HASHED = "$scrypt$"
_COST, _BLOCK, _LANES = 2**14, 8, 1  # 16 MiB and some 50 ms a password (RFC 7914, 2)


class KeyAuthCredential(Entity):
    """Kong's keyauth_credential. ttl: seconds after which the key is refused; None for never."""

    consumer: Id
    key: Annotated[Text, Field(repr=False)]
    ttl: Annotated[Integer, between(0, 100_000_000)] | None = None


class BasicAuthCredential(Entity):
    """Kong's basicauth_credential. A password that is written plainly becomes its hash at once."""

    consumer: Id
    username: Text
    password: Annotated[Text, Field(repr=False)]

    @classmethod
    def prepared(cls, data: dict[str, Any]) -> tuple[dict[str, Any], list[Violation]]:
        """Hash the password."""
        password, consumer = data.get("password"), data.get("consumer")
        if isinstance(password, str) and isinstance(consumer, str) and password:
            data = data | {"password": hashed_password(password, consumer)}
        return data, []


def hashed_password(password: str, consumer: str) -> str:
    """Return the hash under which a consumer's password is kept; a hash is returned as it is.

    The salt is made of the consumer's id, as in Kong: equal input is equal output, so that a
    declarative file with the password can be compared with what is kept.
    """
    if password.startswith(_HASHED):
        return password
    salt = hashlib.sha256(b"gatepost basic-auth " + consumer.lower().encode()).digest()
    digest = hashlib.scrypt(
        password.encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES, maxmem=64 << 20, dklen=32
    )
    return _HASHED + base64.b64encode(digest).decode()


class AclGroup(Entity):
    """Kong's acl: a group that a consumer belongs to, for the ``acl`` plugin."""

    consumer: Id
    group: Text
