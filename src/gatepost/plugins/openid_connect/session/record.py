"""A session: who logged in, when, by what, and the tokens that came of it."""

import hashlib
import zlib
from typing import Final

import msgspec

from gatepost.plugin.sealing import NotOurs
from gatepost.values import Tag, TagKind

_LARGEST: Final = 262_144
"""Bytes of a record once unpacked: nothing is unpacked without a bound, not even our own."""


class Session(msgspec.Struct, frozen=True, array_like=True):
    """Times are wall seconds.

    id: public, different for each login; what the session is revoked by. issuer, client: with whom
    and as whom. method: the grant that made it. subject, sid: the provider's names of the person
    and of its own session. created: when what the provider said at the login began to be believed.
    began: the same, or when it was made again from the lasting cookie. renewed, touched: when it
    was last renewed, and last seen in use. obtained, expires: of the access token; None where it
    does not say. opaque: the access token says nothing to us. bound: digest of what of the browser
    it is tied to. refreshes: how often its tokens were refreshed; copies of one refresh say the
    same. version: grows with each change.
    """

    id: str
    issuer: str
    client: str
    method: str
    subject: str | None
    sid: str | None
    created: float
    began: float
    renewed: float
    touched: float
    access_token: str
    obtained: float
    expires: float | None = None
    refresh_token: str | None = None
    id_token: str | None = None
    scope: str | None = None
    bound: bytes = b""
    opaque: bool = False
    refreshes: int = 0
    version: int = 1

    def __repr__(self) -> str:
        return f"Session(id={self.id!r}, method={self.method!r}, version={self.version})"

    def with_(self, **changes: object) -> "Session":
        """Return a changed copy, one version on."""
        return msgspec.structs.replace(self, **{"version": self.version + 1, **changes})

    @property
    def tag(self) -> Tag:
        """What revokes this session and no other."""
        return Tag.of(TagKind.SESSION, self.issuer, self.id)

    @property
    def tags(self) -> tuple[Tag, ...]:
        """Everything of the session itself that can be revoked; tokens have tags of their own."""
        found = [self.tag, Tag.of(TagKind.ISSUER, self.issuer)]
        found.append(Tag.of(TagKind.CLIENT, self.issuer, self.client))
        if self.subject:
            found.append(Tag.of(TagKind.SUBJECT, self.issuer, self.subject))
            found.append(Tag.of(TagKind.LOGIN, self.issuer, "sub", self.subject, self.client))
        if self.sid:
            found.append(Tag.of(TagKind.SESSION, self.issuer, self.sid))
            found.append(Tag.of(TagKind.LOGIN, self.issuer, "sid", self.sid))
        if self.access_token:
            found.append(Tag.token(self.access_token))
        return tuple(found)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Session)


def pack(session: Session) -> bytes:
    """Write a session as bytes, packed: tokens are text with much repetition."""
    return zlib.compress(_encoder.encode(session), 6)


def unpack(content: bytes) -> Session:
    """Read those bytes. Raises NotOurs for anything else (another version of ours, say)."""
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(content, _LARGEST)
        if unpacker.unconsumed_tail or not unpacker.eof:
            raise NotOurs("it is larger than a session may be, or cut off")
        return _decoder.decode(raw)
    except (zlib.error, msgspec.MsgspecError):
        raise NotOurs("it is no session") from None


def binding(*values: str) -> bytes:
    """Return a digest of what of the browser a session is tied to."""
    text = "".join(f"{len(value)}:{value}" for value in values)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
