"""A service package: an API as people know it, with its versions and what is written about it."""

from gatepost.model.documentation import Description, Document, Title
from gatepost.model.entity import Entity


class ServicePackage(Entity):
    """Konnect's service package. document: Markdown. Nodes never see it."""

    name: Title
    description: Description | None = None
    document: Document | None = None
