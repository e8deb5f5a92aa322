from pathlib import Path

import pytest

from gatepost.node.feed_source import FeedSource
from gatepost.node.file_source import FileSource
from gatepost.node.prefix import claim
from gatepost.node.settings import NodeSettings
from gatepost.node.sources import source_of


@pytest.mark.parametrize(("file", "kind"), [("kong.yaml", FileSource), (None, FeedSource)])
def test_a_node_with_a_file_follows_it_and_one_without_a_control_plane(
    tmp_path: Path, file: str | None, kind: type
) -> None:
    settings = NodeSettings(tmp_path / file if file else None, tmp_path / "node")
    with claim(settings.prefix) as prefix:
        assert isinstance(source_of(settings, prefix, secret=b"s" * 32), kind)
        assert prefix.control_plane.exists() is (kind is FeedSource)
