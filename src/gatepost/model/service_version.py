"""A version of a service package: what it offers, and the gateway service that implements it."""

from typing import Annotated, Final

from pydantic import AfterValidator, StrictStr, ValidationInfo

from gatepost.model.api_description import check_description
from gatepost.model.documentation import Document, Title, written
from gatepost.model.entity import Entity
from gatepost.model.text import Id

STORED: Final = "stored"
"""As the context of ``model_validate``: the values were checked when they were written."""


def _spec(text: str, about: ValidationInfo) -> str:
    if about.context == STORED:
        return text
    check_description(written(text))
    return text


class ServiceVersion(Entity):
    """Konnect's service version. service: the id of its implementation, which is its alone.

    document: Markdown. spec: an OpenAPI document, JSON or YAML, as it was written.
    """

    version: Title
    service_package: Id
    service: Id | None = None
    document: Document | None = None
    spec: Annotated[StrictStr, AfterValidator(_spec)] | None = None
