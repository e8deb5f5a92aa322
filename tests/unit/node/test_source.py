from pathlib import Path

from gatepost.node.feed_source import FeedSource
from gatepost.node.file_source import FileSource
from gatepost.node.prefix import claim
from gatepost.node.settings import NodeSettings
from gatepost.node.source import Source


def test_a_file_and_a_control_plane_are_the_same_to_the_agent(tmp_path: Path) -> None:
    settings = NodeSettings(tmp_path / "kong.yaml", tmp_path / "node")
    with claim(settings.prefix) as prefix:
        both: list[Source] = [
            FileSource(tmp_path / "kong.yaml", settings, prefix, secret=b"s" * 32),
            FeedSource(settings, prefix, secret=b"s" * 32),
        ]
        for source in both:
            assert source.problem is None
            assert "configuration" in source.status()
        assert [source.teller is None for source in both] == [True, False]
