"""Upstream slots: one nginx upstream block for each TLS identity, so that no pooled connection is
ever used under another.

nginx finds a pooled connection by address and port alone. A slot's number therefore belongs to its
identity for as long as workers may hold connections of it, and is never given away again: numbers
only grow. Spare blocks are rendered ahead, so that most new identities need no reload; when they
run out, or a new trust needs locations of its own, the text of nginx.conf changes, and a reload is
due before the tables that use it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gatepost.engine.tls import Trust

_SPARE = 16


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """What a pooled TLS connection must never be shared across.

    kind: https or grpcs. name: the server name that is asked for.
    """

    kind: str
    name: str
    trust: Trust = field(default=Trust())


@dataclass(frozen=True, slots=True, order=True)
class Shape:
    """A named location that a trust of its own needs: nginx reads the authorities anew for each,
    so only those in use are rendered. flags: "u" and "s" as in the locations' names.
    """

    kind: str
    trust: Trust
    flags: str = ""


@dataclass(frozen=True)
class Slots:
    """Who has which number, which blocks are rendered, and which shapes have locations.

    guarded: whether the plain location looks at the headers of answers, as it must once some
    plan has cookies that no upstream may set. It stays so until nginx is started anew.
    """

    taken: Mapping[Identity, int] = field(default_factory=lambda: MappingProxyType({}))
    blocks: tuple[int, ...] = tuple(range(_SPARE))
    shapes: tuple[Shape, ...] = ()
    following: int = 0
    wanted: frozenset[Identity] = frozenset()
    guarded: bool = False
    layout: int = 0
    """Counts the changes of what is rendered. Tables name the layout they need, and a worker that
    was started under an older one goes on with the tables it has."""

    def including(
        self, wanted: Iterable[Identity], shapes: Iterable[Shape] = (), *, guarded: bool = False
    ) -> "Slots":
        """Return slots in which all of these have one. The same object when nothing changed."""
        guarded = guarded or self.guarded
        every = frozenset(wanted)
        new = sorted(every - self.taken.keys())
        used = {shape for shape in shapes if shape.trust != Trust()}
        if every == self.wanted and used.issubset(self.shapes) and guarded == self.guarded:
            return self
        taken, blocks = dict(self.taken), self.blocks
        following = self.following + len(new)
        if following > blocks[-1] + 1:
            # A reload is due anyway: what nobody wants retires, its number with it. What the
            # version before wanted stays, for new workers run its tables until the next ones come.
            staying = every | self.wanted
            taken = {identity: number for identity, number in taken.items() if identity in staying}
            blocks = (*sorted(taken.values()), *range(self.following, following + _SPARE))
        for number, identity in enumerate(new, start=self.following):
            taken[identity] = number
        known = tuple(sorted({*self.shapes, *used}))
        before = (self.blocks, self.shapes, self.guarded)
        layout = self.layout + ((blocks, known, guarded) != before)
        return Slots(MappingProxyType(taken), blocks, known, following, every, guarded, layout)

    def number(self, identity: Identity) -> int:
        """Return an identity's number; KeyError when ``including`` was not asked for it."""
        return self.taken[identity]


PLAIN = {"http": "plain", "grpc": "h2c"}
"""Slots of connections without TLS, which have pools of their own."""


def slot_name(identity: Identity, slots: Slots) -> str:
    """Return the name of an identity's upstream block."""
    return f"tls{slots.number(identity)}"
