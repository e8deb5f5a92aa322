"""Text that must never be printed: tokens, client secrets, codes, keys."""

from typing import final

MASK = "{masked}"
"""What stands in the place of a secret for those who may not see it."""
NOTHING_STORED = (
    f"nothing is stored that {MASK} could stand for; write the secret itself, or a vault reference"
)
"""What to do where somebody wrote that back."""


@final
class Secret:
    """Holds a secret text; every accidental way to print it shows ``***``.

    Equality takes constant time in the length of the text. ``reveal()`` is the one way out, so
    that a reviewer can search for it.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        import hmac

        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(("Secret", self._text))


def reveal(value: "str | Secret") -> str:
    """Return the text of a value that may or may not be a Secret."""
    return value.reveal() if isinstance(value, Secret) else value
