"""What an entity says about its mistakes, for the tests of this folder."""

from typing import Any

from pydantic import ValidationError

from gatepost.model import Entity, violations

ID = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"


def mistakes(entity: type[Entity], **fields: Any) -> dict[str, str]:
    """Return place -> message for each mistake; empty when the entity is right."""
    try:
        entity.model_validate({"id": ID, **fields})
    except ValidationError as error:
        return {".".join(str(step) for step in at): text for at, text in violations(error)}
    return {}
