"""What a form holds on its way to the Admin API, and what comes back told in the form."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from gatepost.console.admin_api import Changed, Invalid, Trouble, Unknown
from gatepost.console.view import View

T = TypeVar("T")

Values = dict[str, Any]


class Tells(Protocol):
    """A form, as far as it is needed: it shows what the Admin API found wrong."""

    def told(self, invalid: Invalid) -> None:
        """Show it at the fields."""


@dataclass(frozen=True, slots=True)
class Sent(Generic[T]):
    """What came back; None is an answer too."""

    value: T


async def taken(view: View, form: Tells, sending: Awaitable[T]) -> Sent[T] | None:
    """Await what sends a form; None where it was refused, which is said in the form."""
    try:
        return Sent(await sending)
    except Invalid as invalid:
        form.told(invalid)
    except Unknown:
        view.expired()
    except Changed:
        form.told(_words("Somebody else has changed it since you opened it. Load it anew."))
    except Trouble as trouble:
        form.told(_words(trouble.message))
    return None


def given(values: Mapping[str, Any]) -> Values:
    """Return the fields in which something stands."""
    return {name: one for name, one in values.items() if one not in (None, "", [])}


def _words(message: str) -> Invalid:
    return Invalid(message, {"@": message})
