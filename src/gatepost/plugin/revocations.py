"""What has been revoked, consulted by every evaluation.

Three families of tags behave differently:

    always    token, token id, session, key: whoever shows one is refused, whatever it claims
    dated     issuer, subject, client, login: credentials issued until the moment are refused, and
              those that do not say when they were issued. A provider may go on using the name of
              a session that it told us to end, so whoever logs in again is let in
    forget    consumer, look-up, plugin: nobody is refused; what rested on it is only forgotten
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gatepost.values import Tag, TagKind

ALWAYS = frozenset({TagKind.TOKEN, TagKind.TOKEN_ID, TagKind.SESSION, TagKind.KEY})
DATED = frozenset({TagKind.ISSUER, TagKind.SUBJECT, TagKind.CLIENT, TagKind.LOGIN})


@dataclass(frozen=True, slots=True)
class Revocation:
    """One revocation, as the durable log holds it.

    number: position in the log. not_before: wall seconds; dated credentials issued until then
    are refused. expires: wall seconds after which no credential it concerns can still be valid,
    or None. who and why are for people.
    """

    number: int
    tag: Tag
    not_before: float
    expires: float | None = None
    who: str = ""
    why: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the form that travels: number, kind, parts, not_before, expires, who, why."""
        return {
            "number": self.number,
            "kind": self.tag.kind.value,
            "parts": list(self.tag.parts),
            "not_before": self.not_before,
            "expires": self.expires,
            "who": self.who,
            "why": self.why,
        }

    @staticmethod
    def from_json(data: Mapping[str, object]) -> "Revocation":
        """Read that form. Raises ValueError that names the field that is wrong."""
        number, parts = data.get("number"), data.get("parts")
        not_before, expires = data.get("not_before"), data.get("expires")
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise ValueError("revocation: number must be a whole number")
        if not isinstance(parts, list) or not parts or not all(isinstance(p, str) for p in parts):
            raise ValueError("revocation: parts must be a list of texts")
        if not isinstance(not_before, int | float) or isinstance(not_before, bool):
            raise ValueError("revocation: not_before must be wall seconds")
        if expires is not None and (
            not isinstance(expires, int | float) or isinstance(expires, bool)
        ):
            raise ValueError("revocation: expires must be wall seconds or null")
        try:
            kind = TagKind(str(data.get("kind")))
        except ValueError:
            raise ValueError("revocation: kind is none that can be revoked") from None
        return Revocation(
            number=number,
            tag=Tag(kind, tuple(parts)),
            not_before=float(not_before),
            expires=None if expires is None else float(expires),
            who=str(data.get("who") or ""),
            why=str(data.get("why") or ""),
        )


class Revocations:
    """The set in force. Adding is idempotent; the later moment of one tag wins."""

    __slots__ = ("_by_tag", "highest")

    def __init__(self, revocations: Iterable[Revocation] = ()) -> None:
        self._by_tag: dict[Tag, Revocation] = {}
        self.highest = 0
        self.add(revocations)

    def __len__(self) -> int:
        return len(self._by_tag)

    def add(self, revocations: Iterable[Revocation]) -> None:
        """Take revocations into the set; from now on every evaluation consults them."""
        for one in revocations:
            self.highest = max(self.highest, one.number)
            if one.tag.kind not in ALWAYS and one.tag.kind not in DATED:
                continue
            old = self._by_tag.get(one.tag)
            self._by_tag[one.tag] = one if old is None else _stricter(old, one)

    def bites(self, tag: Tag, issued_at: float | None, now: float) -> bool:
        """Return whether a credential with this tag is refused at wall time ``now``."""
        if not self._by_tag:
            return False
        found = self._by_tag.get(tag)
        if found is None or (found.expires is not None and found.expires <= now):
            return False
        return tag.kind in ALWAYS or issued_at is None or issued_at <= found.not_before

    def drop_expired(self, now: float) -> None:
        """Let go of what can no longer concern any credential."""
        gone = [t for t, r in self._by_tag.items() if r.expires is not None and r.expires <= now]
        for tag in gone:
            del self._by_tag[tag]


def _stricter(old: Revocation, new: Revocation) -> Revocation:
    later = new if new.not_before >= old.not_before else old
    expires = None if old.expires is None or new.expires is None else max(old.expires, new.expires)
    return Revocation(
        number=max(old.number, new.number),
        tag=new.tag,
        not_before=later.not_before,
        expires=expires,
        who=later.who,
        why=later.why,
    )
