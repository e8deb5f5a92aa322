"""Why a write does not fit what is there: values for the caller, who answers in Kong's words.

None of these holds the content of a field: some fields are secrets.
"""


class Conflict(Exception):
    """A write that was refused. The transaction is as it was before the call."""


class Duplicate(Conflict):
    """Another entity has these values already. fields: their names; id: of the other one."""

    def __init__(self, kind: str, fields: tuple[str, ...], ident: str) -> None:
        super().__init__(f"{kind}: {', '.join(fields)} must be unique")
        self.kind = kind
        self.fields = fields
        self.id = ident


class Dangling(Conflict):
    """A field of the entity refers to (kind, id), which is not there."""

    def __init__(self, field: str, kind: str, ident: str) -> None:
        super().__init__(f"{field}: no entity of {kind} has the id '{ident}'")
        self.field = field
        self.kind = kind
        self.id = ident


class Referenced(Conflict):
    """(kind, id) cannot go: (by_kind, by_id) refers to it and does not go with it."""

    def __init__(self, kind: str, ident: str, by_kind: str, by_id: str) -> None:
        super().__init__(f"{kind} '{ident}' is referred to by {by_kind} '{by_id}'")
        self.kind = kind
        self.id = ident
        self.by_kind = by_kind
        self.by_id = by_id


class Stale(Conflict):
    """The entity is not of the version that was expected. now: its version, 0 when not there."""

    def __init__(self, now: int) -> None:
        super().__init__(f"the entity has version {now} by now")
        self.now = now


class UnknownPlane(Conflict):
    """There is no control plane with this id."""

    def __init__(self, ident: str) -> None:
        super().__init__(f"no control plane has the id '{ident}'")
        self.id = ident
