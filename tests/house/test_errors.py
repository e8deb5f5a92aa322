"""Every fault code is dotted, blames one party and stands in docs/reference/errors.md."""

import ast
from collections import defaultdict
from collections.abc import Iterable

from scripts.parts.error_page import PAGE, found_in_source, render
from scripts.parts.fault_codes import DOTTED, Use, uses


def not_dotted(found: Iterable[Use]) -> list[str]:
    return [f"{use.place}: {use.code!r}" for use in found if not DOTTED.fullmatch(use.code)]


def of_two_minds(found: Iterable[Use]) -> list[str]:
    """Return the codes that blame one party here and another there: two meanings, so two codes."""
    parties: dict[str, set[str]] = defaultdict(set)
    for use in found:
        parties[use.code] |= {use.party} - {""}
    return [f"{code}: {sorted(by)}" for code, by in sorted(parties.items()) if len(by) > 1]


def test_fault_codes_are_found_and_dotted() -> None:
    found = found_in_source()
    assert found, "no fault codes in src: the reader is broken"
    assert not not_dotted(found)


def test_a_fault_code_means_one_thing() -> None:
    assert not of_two_minds(found_in_source())


def test_every_fault_code_is_in_the_reference() -> None:
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    missing = {use.code for use in found_in_source() if f"| `{use.code}` |" not in page}
    assert not missing, f"run `make docs`: {sorted(missing)}"
    assert page == render(found_in_source()), "docs/reference/errors.md is stale: run `make docs`"


def test_codes_are_read_through_whatever_makes_a_fault() -> None:
    text = """
STALE = "key.stale"
class Fault:
    def __init__(self, code, message, *, by): ...
def bad(code, reason): return Fault(code, reason, by=By.CLIENT)
Fault("a.b", "Said.", by=By.OURS)
bad("a.b", f"Bad {x}.")
bad(code="c.d" if x else "e.f", reason="Either.")
Fault(STALE, "Old.", by=By.PROVIDER)
Fault(f"g.{x}", "Made up.", by=By.OURS)
other("h.i", "not ours")
"""
    found = list(uses({"x.py": ast.parse(text)}))
    assert [(use.code, use.party, use.message) for use in found] == [
        ("a.b", "ours", "Said."),
        ("a.b", "client", "Bad {}."),
        ("c.d", "client", "Either."),
        ("e.f", "client", "Either."),
        ("key.stale", "provider", "Old."),
        ("g.{}", "ours", "Made up."),
    ]
    assert of_two_minds(found) == ["a.b: ['client', 'ours']"]
    assert not_dotted(found) == ["x.py:10: 'g.{}'"]
