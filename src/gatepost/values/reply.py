"""An HTTP answer as a value: what a provider said, or what the gateway says to a client."""

from dataclasses import dataclass, field

from gatepost.values.headers import Headers


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, headers and the whole body (bytes)."""

    status: int
    headers: Headers = field(default_factory=Headers)
    body: bytes = field(default=b"", repr=False)

    def media_type(self) -> str:
        """Return the media type in lower case without parameters, or an empty text."""
        return (self.headers.get("content-type") or "").split(";")[0].strip().lower()
