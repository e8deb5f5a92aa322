"""Which source a node has: its settings say so."""

from gatepost.node.feed_source import FeedSource
from gatepost.node.file_source import FileSource
from gatepost.node.prefix import Prefix
from gatepost.node.settings import NodeSettings
from gatepost.node.source import Source


def source_of(settings: NodeSettings, prefix: Prefix, *, secret: bytes) -> Source:
    """Return it: the file where one is named, else the control plane. Raises Fault (operator)."""
    if settings.file is not None:
        return FileSource(settings.file, settings, prefix, secret=secret)
    return FeedSource(settings, prefix, secret=secret)
