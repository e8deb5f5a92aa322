import sys
from pathlib import Path

import pytest
from pydantic import BaseModel, Field

from gatepost.plugin import Bound, Config, Plugin, Registry, Site, installed, scan
from gatepost.values import Fault
from tests.unit.plugin.policies import Key


class Inner(BaseModel):
    silent: int = 1


class SilentConfig(Config):
    inner: list[Inner] = Field(default=[], description="Something.")


class Silent(Plugin[SilentConfig]):
    name = "silent"
    priority = 1
    Config = SilentConfig

    def bind(self, config: SilentConfig, site: Site) -> Bound:
        return Bound()


def test_two_plugins_of_one_name_are_refused() -> None:
    with pytest.raises(Fault, match="two plugins named key"):
        Registry([Key(), Key(priority=1)])


def test_two_plugins_of_one_priority_are_refused() -> None:
    with pytest.raises(Fault, match="both have priority 1000"):
        Registry([Key(), Key("other")])


def test_a_field_without_a_description_is_refused_also_deep_inside() -> None:
    with pytest.raises(Fault, match=r"inner\.silent has no description"):
        Registry([Silent()])


def test_an_unknown_plugin_is_told_with_the_nearest_name() -> None:
    registry = Registry([Key()])
    (problem,) = registry.check("kee", {})
    assert str(problem) == "name: plugin 'kee' is not known, did you mean key?"
    (problem,) = registry.check("zzzz", {})
    assert "there are: key" in str(problem)
    with pytest.raises(Fault, match="did you mean key"):
        registry.plugin("kee")


def test_a_configuration_is_checked() -> None:
    registry = Registry([Key()])
    assert registry.check("key", {"good": "x"}) == []
    assert len(registry.check("key", {"good": 1, "other": 1})) == 2
    assert registry.warnings("key", {}) == []


def test_what_is_installed_is_found_by_scanning() -> None:
    assert installed() is installed()
    assert "openid-connect" in installed().names


def test_a_file_that_is_dropped_in_is_a_plugin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "dropped_plugins"
    home.mkdir()
    (home / "__init__.py").touch()
    (home / "mine.py").write_text("from tests.unit.plugin.policies import Key\nplugin = Key()\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert [plugin.name for plugin in scan("dropped_plugins")] == ["key"]
    (home / "other.py").write_text("")
    with pytest.raises(Fault, match="no module-level `plugin`"):
        scan("dropped_plugins")
    for name in [name for name in sys.modules if name.startswith("dropped_plugins")]:
        del sys.modules[name]
