"""Each package says at its door what it owns, what it refuses to know and who its neighbours are,
and names what it offers. (Ruff's RUF022 keeps ``__all__`` sorted.)
"""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import Source, sources

WORDS = ("Owns:", "Refuses to know:", "Neighbours:")


def offered(tree: ast.Module) -> tuple[list[str] | None, set[str]]:
    """Return what ``__all__`` lists (None without one) and the public names bound at the door."""
    listed: list[str] | None = None
    bound: set[str] = set()
    for node in tree.body:
        match node:
            case ast.ImportFrom(names=names) | ast.Import(names=names):
                bound |= {alias.asname or alias.name.split(".")[0] for alias in names}
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                bound.add(name)
            case ast.ClassDef(name=name):
                bound.add(name)
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                listed = ast.literal_eval(value)
            case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value):
                listed = ast.literal_eval(value)
            case ast.Assign(targets=[ast.Name(id=name)]):
                bound.add(name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                bound.add(name)
            case _:
                pass
    return listed, {name for name in bound if not name.startswith("_")}


def faults(door: Source) -> Iterator[str]:
    """Yield what is wrong with a package's ``__init__``."""
    docstring = ast.get_docstring(door.tree) or ""
    for word in WORDS:
        if f"\n{word}" not in docstring:
            yield f"its docstring has no line that starts with {word!r}"
    listed, bound = offered(door.tree)
    if listed is None:
        yield "it has no __all__"
        return
    if unlisted := bound - set(listed):
        yield f"__all__ lacks {sorted(unlisted)}; a name that is not offered starts with _"
    if unbound := set(listed) - bound:
        yield f"__all__ offers {sorted(unbound)}, which are not there"
    if len(set(listed)) != len(listed):
        yield "__all__ names something twice"


# gatepost/__init__ itself holds the version alone; ARCHITECTURE.md is its door.
DOORS = [s for s in sources() if s.name.endswith("/__init__.py")]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.package_path)
def test_a_package_says_what_it_owns_refuses_and_offers(door: Source) -> None:
    assert not list(faults(door)), f"src/gatepost/{door.name}: " + "; ".join(faults(door))


def test_every_folder_with_code_is_a_package() -> None:
    doors = {door.package_path for door in DOORS}
    folders = {source.package_path for source in sources() if "/" in source.name}
    assert not folders - doors, f"no __init__.py in {sorted(folders - doors)}"


def test_a_bad_door_is_found() -> None:
    bad = Source(
        "a/__init__.py", '"""A.\n\nOwns: x.\n"""\nfrom b import c, d\n__all__ = ["c", "e"]\n'
    )
    assert list(faults(bad)) == [
        "its docstring has no line that starts with 'Refuses to know:'",
        "its docstring has no line that starts with 'Neighbours:'",
        "__all__ lacks ['d']; a name that is not offered starts with _",
        "__all__ offers ['e'], which are not there",
    ]
