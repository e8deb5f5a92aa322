"""Where the nodes of a control plane serve, as far as this process can reach them.

A node says on which addresses it listens. One that listens on all of them is reached by the
address that its feed came from; one that listens on loopback only where its feed did too. What a
node says is never a name: nobody else decides where a request from here goes.
"""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from gatepost.store.database import Node
from gatepost.values import Address

OUR_SETTING = "of the settings"
"""What stands in the place of a node where a gateway was named in the settings."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """url: scheme, host and port. node: an id, or OUR_SETTING."""

    url: str
    node: str
    hostname: str

    def shown(self) -> dict[str, str]:
        """Return it as JSON."""
        return {"url": self.url, "node": self.node, "hostname": self.hostname}


def gateways(nodes: Iterable[Node], named: Iterable[str] = ()) -> list[Gateway]:
    """Return where these nodes and those of the settings are reached; each URL once."""
    found = {url: Gateway(url, OUR_SETTING, urlsplit(url).hostname or "") for url in named}
    for node in nodes:
        for url in reached(node):
            found.setdefault(url, Gateway(url, node.id, node.hostname))
    return list(found.values())


def reached(node: Node) -> Iterator[str]:
    """Yield the URLs by which a node is reached from here."""
    for told in node.proxies:
        url = _url(told, node.ip)
        if url is not None:
            yield url


def _url(told: str, came_from: str) -> str | None:
    """Return the URL of one listener; None where it cannot be reached, or must not be."""
    try:
        parts = urlsplit(told)
        port = parts.port
        listens = ipaddress.ip_address(parts.hostname or "")
        feed = ipaddress.ip_address(came_from)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not port or parts.path or parts.query:
        return None
    if "@" in parts.netloc or "%" in parts.netloc:
        return None
    if isinstance(feed, ipaddress.IPv6Address) and feed.ipv4_mapped is not None:
        feed = feed.ipv4_mapped
    host = feed if listens.is_unspecified else listens
    if host.is_loopback and not feed.is_loopback:
        return None
    if host.is_link_local or host.is_multicast or host.is_unspecified:
        return None
    if host.is_reserved and not host.is_loopback:
        return None
    return f"{parts.scheme}://{Address(str(host), port)}"
