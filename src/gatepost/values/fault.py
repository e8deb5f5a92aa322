"""Everything that can go wrong, as one kind of value.

A Fault says what happened (a stable dotted code), tells a person (message), keeps the detail for
the log (cause), and names the party at fault, which decides the status family:

    By.OPERATOR   the configuration is wrong           refused at load, never at a request
    By.CLIENT     the caller sent something wrong      400, 401, 403
    By.PROVIDER   the identity provider failed         503 with Retry-After
    By.UPSTREAM   the protected API failed             502, 504
    By.OURS       a bug or a dead process of ours      503 with Retry-After, never a pass
"""

from enum import StrEnum


class By(StrEnum):
    """The party at fault."""

    OPERATOR = "operator"
    CLIENT = "client"
    PROVIDER = "provider"
    UPSTREAM = "upstream"
    OURS = "ours"


class Fault(Exception):
    """A failure with a stable code.

    code: dotted and eternal, such as ``token.expired`` or ``provider.unreachable``.
    message: one sentence for a person; it must never hold a secret or text of the request.
    cause: detail for the log and the trace; secrets masked by whoever builds it.
    retry_after: seconds after which trying again makes sense, for unavailability.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        by: By,
        cause: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.by = by
        self.cause = cause
        self.retry_after = retry_after

    def __str__(self) -> str:
        detail = f" ({self.cause})" if self.cause else ""
        return f"{self.code}: {self.message}{detail}"
