import dataclasses
from pathlib import Path

import pytest

from gatepost.feed import keep
from gatepost.node.file_source import FileSource
from gatepost.node.prefix import Prefix, claim
from gatepost.node.settings import NodeSettings
from gatepost.store.kong_yaml import read
from gatepost.values import Fault

TEXT = """
_format_version: "3.0"
services:
  - name: a
    url: "http://127.0.0.1:1"
    routes:
      - name: r
        paths: [/x]
        plugins:
          - name: openid-connect
            config:
              {issuer: "https://a.example", client_id: [c], auth_methods: [bearer]}
"""
SECRET = b"s" * 32

pytestmark = pytest.mark.anyio


def source_of(settings: NodeSettings, prefix: Prefix) -> FileSource:
    assert settings.file is not None
    return FileSource(settings.file, settings, prefix, secret=SECRET)


@pytest.fixture
def settings(tmp_path: Path) -> NodeSettings:
    (tmp_path / "kong.yaml").write_text(TEXT)
    return NodeSettings(tmp_path / "kong.yaml", tmp_path / "node")


async def test_the_file_is_read_and_what_is_unchanged_is_kept(settings: NodeSettings) -> None:
    with claim(settings.prefix) as prefix:
        source = source_of(settings, prefix)
        first = await source.first()
        assert source.problem is None
        again = source.read(first.plans)
        assert again.plans.keys() == first.plans.keys()
        assert all(again.plans[name] is plan for name, plan in first.plans.items())


async def test_the_lasting_secret_goes_into_every_plan_and_stays(settings: NodeSettings) -> None:
    with claim(settings.prefix) as prefix:
        first = await source_of(settings, prefix).first()
        held = prefix.lasting_secret.read_bytes()
        (definition,) = first.definitions.values()
        assert held.hex() in definition.text
        assert held.hex() not in repr(definition)
    with claim(settings.prefix) as prefix:  # a restart
        again = await source_of(settings, prefix).first()
        assert again.plans.keys() == first.plans.keys()
        prefix.lasting_secret.unlink()
        other = await source_of(settings, prefix).first()
        assert other.plans.keys() != first.plans.keys()


async def test_a_secret_that_cannot_be_used_is_an_error_before_anything_starts(
    settings: NodeSettings,
) -> None:
    with claim(settings.prefix) as prefix:
        prefix.lasting_secret.write_bytes(b"short")
        prefix.lasting_secret.chmod(0o600)
        with pytest.raises(Fault) as caught:
            source_of(settings, prefix)
        assert caught.value.code == "secret.unusable"


async def test_what_last_worked_stands_in_for_a_bad_file_where_that_is_wished(
    settings: NodeSettings,
) -> None:
    with claim(settings.prefix) as prefix:
        keep(read(TEXT), prefix.last_good)
        settings.file.write_text("services: [")
        with pytest.raises(Fault):
            await source_of(settings, prefix).first()
        wished = dataclasses.replace(settings, last_good=True)
        source = source_of(wished, prefix)
        found = await source.first()
        assert [route.name for route in found.snapshot.routes] == ["r"]
        assert "invalid YAML" in str(source.problem)
        (definition,) = found.definitions.values()
        assert prefix.lasting_secret.read_bytes().hex() in definition.text
