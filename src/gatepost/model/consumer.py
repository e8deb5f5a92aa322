"""A consumer: somebody who calls, known by name."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from gatepost.model.entity import Entity, NotYet, rule
from gatepost.model.text import Text
from gatepost.model.violation import Violation

_CREDENTIALS = "use keyauth_credentials or basicauth_credentials, or a claim of the token"


class Consumer(Entity):
    """Kong's consumer; at least one of username and custom_id."""

    NOT_YET: ClassVar[Mapping[str, NotYet]] = {
        name: NotYet(([],), _CREDENTIALS, shown=False)
        for name in (
            "jwt_secrets",
            "hmacauth_credentials",
            "oauth2_credentials",
            "mtls_auth_credentials",
        )
    }

    username: Text | None = None
    custom_id: Text | None = None

    @rule("username", "custom_id")
    def _has_a_name(self) -> Iterable[Violation]:
        if self.username is None and self.custom_id is None:
            yield Violation(
                (), "at least one of these fields must be non-empty: 'custom_id', 'username'"
            )

    def look_ups(self) -> Iterable[tuple[str, str]]:
        """Yield (field, value) for everything this consumer can be found by."""
        for field, value in (
            ("id", self.id),
            ("username", self.username),
            ("custom_id", self.custom_id),
        ):
            if value is not None:
                yield field, value
