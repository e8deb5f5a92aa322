"""Where endpoints are found, as far as that ever changes."""

import secrets

KEYS = "/v1/keys"


class Places:
    """The path of the keys, below the issuer; misbehaviour moves it."""

    def __init__(self) -> None:
        self.keys = KEYS

    @property
    def moved(self) -> bool:
        """Whether the keys are elsewhere than they were."""
        return self.keys != KEYS

    def move(self) -> None:
        """Put the keys where nobody has looked yet."""
        self.keys = f"{KEYS}-{secrets.token_hex(8)}"

    def restore(self) -> None:
        """Put the keys back."""
        self.keys = KEYS
