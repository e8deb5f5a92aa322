import re
import tomllib

from tests.unit.deploy.settings import DEPLOY, KNOWN, ROOT, variables


def test_every_variable_in_any_file_is_a_setting_of_some_command() -> None:
    known = set().union(*KNOWN.values())
    for path in DEPLOY.rglob("*"):
        if path.is_file() and "secrets" not in path.parts:
            assert variables(path.read_text()) <= known, path


def test_settings_are_told_by_the_page() -> None:
    page = (ROOT / "docs/cli.md").read_text()
    told = {name.lower() for name in re.findall(r"`GATEPOST_([A-Z_]+)`", page)}
    assert set().union(*KNOWN.values()) <= told


def test_the_page_on_running_names_no_other_settings() -> None:
    page = (ROOT / "docs/running.md").read_text()
    known = set().union(*KNOWN.values())
    assert variables(page) <= known
    for text in re.findall(r"```toml\n(.*?)```", page, re.DOTALL):
        assert set(tomllib.loads(text)) <= known
