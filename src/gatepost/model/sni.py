"""An SNI: the TLS server name under which a certificate is shown."""

from gatepost.model.address import ServerName
from gatepost.model.entity import Entity
from gatepost.model.text import Id


class SNI(Entity):
    """Kong's sni: a name in lower case, with a wildcard at one end at most; certificate is an id."""

    name: ServerName
    certificate: Id
