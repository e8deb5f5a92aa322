"""Names for what differs between installations and people: addresses, ids, secrets."""

from collections.abc import Callable
from dataclasses import dataclass, field

SECRETS = frozenset({"client_secret", "password", "refresh_token", "token"})
"""Variables that are left empty, unless somebody wants them in the file."""

SECRET_HEADERS = frozenset(
    {
        "access-token", "apikey", "authorization", "cookie", "proxy-authorization",
        "x-access-token", "x-api-key",
    }
)  # fmt: skip
"""Headers whose values are secrets too."""


@dataclass(slots=True)
class Variables:
    """What stands in a file as variables. with_secrets: also the values of secrets."""

    with_secrets: bool = False
    _values: dict[str, str] = field(default_factory=dict, repr=False)

    def name(self, kind: str, value: str) -> str:
        """Return the variable that has this value: ``client_id``, or ``client_id_2`` beside it."""
        number, name = 1, kind
        while self._values.setdefault(name, value) != value:
            number += 1
            name = f"{kind}_{number}"
        return name

    def written(self) -> dict[str, str]:
        """Return the variables as they stand in the file."""
        return {name: self._shown(name, value) for name, value in self._values.items()}

    def secret(self, name: str) -> bool:
        """Say whether a variable holds a secret."""
        return _kind(name) in SECRETS

    def _shown(self, name: str, value: str) -> str:
        return value if self.with_secrets or not self.secret(name) else ""


def _kind(name: str) -> str:
    head, _, number = name.rpartition("_")
    return head if number.isdigit() else name


Reference = Callable[[str, str], str]
"""Makes of a kind and a value the words that stand for the variable in a file."""
