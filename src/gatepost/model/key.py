"""Keys and the sets that they stand in."""

import json
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictStr

from gatepost.model.entity import Entity, rule
from gatepost.model.reference import is_reference
from gatepost.model.text import Id, Name, Text
from gatepost.model.violation import Violation


def _jwk(text: str) -> str:
    if is_reference(text):
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or not isinstance(value.get("kty"), str):
        raise ValueError('expected a JSON Web Key as text, such as {"kty":"EC",...}')
    return text


class Pem(BaseModel):
    """A key as PEM texts, or references to them."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    private_key: Annotated[StrictStr | None, Field(repr=False)] = None
    public_key: StrictStr | None = None


class KeySet(Entity):
    """Kong's key_set: keys that are named together."""

    name: Name | None = None


class Key(Entity):
    """Kong's key: a JSON Web Key as text, or a PEM. ``set`` is the id of its key set.

    A jwk may hold a private key, so it is never shown.
    """

    name: Name | None = None
    set: Id | None = None
    kid: Text
    jwk: Annotated[Annotated[StrictStr, AfterValidator(_jwk)] | None, Field(repr=False)] = None
    pem: Annotated[Pem | None, Field(repr=False)] = None

    @classmethod
    def prepared(cls, data: dict[str, Any]) -> tuple[dict[str, Any], list[Violation]]:
        """Drop nulls from the PEM, as everywhere; a jwk may be written as a map."""
        pem, jwk = data.get("pem"), data.get("jwk")
        if isinstance(pem, dict):
            data = data | {"pem": {name: text for name, text in pem.items() if text is not None}}
        if isinstance(jwk, dict):
            data = data | {"jwk": json.dumps(jwk, sort_keys=True, separators=(",", ":"))}
        return data, []

    @rule("jwk", "pem")
    def _one_form(self) -> Iterable[Violation]:
        if (self.jwk is None) == (self.pem is None):
            yield Violation((), "exactly one of these fields must be non-empty: 'jwk', 'pem'")

    @rule("jwk", "kid")
    def _same_kid(self) -> Iterable[Violation]:
        if self.jwk is None or is_reference(self.jwk):
            return
        kid = json.loads(self.jwk).get("kid")
        if kid is not None and kid != self.kid:
            yield Violation(("kid",), "kid in jwk.kid and kid must be equal")
