"""The gateway, or a caller, as a client of the identity provider."""

from dataclasses import dataclass, field
from typing import final

from gatepost.values import Secret


@final
@dataclass(frozen=True, slots=True)
class Client:
    """A client id, its secret if it has one, and how it authenticates if that is configured.

    auth: a name such as ``client_secret_basic``, or None to let the provider's metadata decide.
    """

    id: str
    secret: Secret | None = field(default=None, repr=False)
    auth: str | None = None
