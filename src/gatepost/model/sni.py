"""An SNI: the TLS server name under which a certificate is shown."""

from gatepost.model.address import ServerName
from gatepost.model.entity import Entity
from gatepost.model.text import Id


class SNI(Entity):
    """Kong's sni: lower case, at most one wildcard, at an end; certificate is an id."""

    name: ServerName
    certificate: Id
