"""Who calls the Admin API, and what they may do."""

from dataclasses import dataclass

from gatepost.store.database import Role
from gatepost.values import By, Fault

__all__ = ["Caller", "Role"]


@dataclass(frozen=True, slots=True)
class Caller:
    """One who was let in.

    name: such as a token's name or a person's. how: ``loopback``, ``token`` or ``login``. plane:
    the id of the only control plane they may see, None for all. ident: what nobody else has: the
    token's id, or the provider's id of the person.
    """

    name: str
    role: Role
    how: str
    plane: str | None = None
    ident: str = ""

    @property
    def way(self) -> str:
        """How they were let in, for the audit log: names can be alike, this cannot."""
        return f"{self.how} {self.ident}".rstrip()

    def require(self, role: Role) -> None:
        """Return when they may do what the role may; Fault(by=CLIENT) ``admin.forbidden``."""
        if self.role < role:
            raise Fault(
                "admin.forbidden",
                f"This takes the role {role.word}; {self.name} has {self.role.word}.",
                by=By.CLIENT,
            )

    def sees(self, plane: str) -> bool:
        """Say whether a control plane exists for them at all."""
        return self.plane is None or self.plane == plane
