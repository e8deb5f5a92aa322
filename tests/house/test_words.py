"""Words that no file may hold, and words that some files must.

A registry's address would tie the project to somebody's mirror, a machine's path to one machine.
The patterns are assembled from pieces, so that this file passes its own test.
"""

import re
from collections.abc import Iterator

from tests.house.source import ROOT, tracked_files

HOSTS = [
    "pypi" + r"\.org",
    "python" + "hosted",
    "npm" + r"js\.(org|com)",
    "proxy" + r"\.golang\.org",
    "deb" + r"ian\.org/debian",
    "maven" + r"\.org",
]
MACHINE = ["work", "farm", "tmp/" + "brief", "tmp/" + "studio", "root", "home/[a-z]+"]
TOOLS = ["farm" + "-[a-z]+", "sub" + "agent", r"\.\./" + "shared"]

FORBIDDEN = re.compile(
    "|".join(
        [f"({host})" for host in HOSTS]
        + [f"((?<![A-Za-z0-9_.$}})-])/{path}/)" for path in MACHINE]
        + [f"({tool})" for tool in TOOLS]
    )
)


def found_in(name: str, text: str) -> Iterator[str]:
    """Yield "file:line: word" for each forbidden word."""
    for number, line in enumerate(text.splitlines(), start=1):
        for hit in FORBIDDEN.finditer(line):
            yield f"{name}:{number}: {hit.group()}"


def test_no_file_names_a_registry_or_a_machine() -> None:
    found: list[str] = []
    for path in tracked_files():
        found += found_in(str(path.relative_to(ROOT)), path.read_bytes().decode("latin-1"))
    assert not found, "take these out:\n  " + "\n  ".join(found)


def test_the_words_are_found_where_they_stand() -> None:
    bad = [
        "https://" + "pypi" + ".org/simple",
        "cd /" + "work/main",
        "/" + "home/ann/x",
        "sub" + "agent",
    ]
    assert [len(list(found_in("x", line))) for line in bad] == [1, 1, 1, 1]
    assert not list(found_in("x", "src/" + "work/x and https://host.test/" + "home/ann"))


def test_the_readme_names_the_two_commands_and_ci_runs_one_of_them() -> None:
    readme = (ROOT / "README.md").read_text()
    assert "make demo" in readme
    assert "make test" in readme
    assert "make test" in (ROOT / ".ci/run").read_text()


def test_make_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", text, re.MULTILINE))
    listed = set(re.findall(r"^([a-z]+):.*## ", text, re.MULTILINE))
    phony = set(text.split(".PHONY:")[1].splitlines()[0].split())
    assert targets == listed == phony
