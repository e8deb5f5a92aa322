"""Writes docs/reference/errors.md from the source. Run it as ``make docs``."""

import ast
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from scripts.parts.fault_codes import Use, uses

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/errors.md"

HEAD = """\
# Errors

Everything that can go wrong in Gatepost has a code. It stands in the log, in `gatepost explain` and
in the error itself; it is dotted, and it never changes its meaning. This page is made from the
source by `make docs`. `{}` stands for what is filled in.

| at fault | what a caller sees |
|---|---|
| operator: the configuration | refused when it is loaded; the running configuration stays |
| client: the request | 400, 401 or 403 |
| provider: the identity provider | 503 with `Retry-After` |
| upstream: the protected API | 502 or 504 |
| ours: a bug or a dead process of Gatepost | 503 with `Retry-After` |
"""


def found_in_source() -> list[Use]:
    """Return each use of a code under src/gatepost."""
    source = ROOT / "src/gatepost"
    return list(
        uses(
            {
                path.relative_to(source).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
                for path in sorted(source.rglob("*.py"))
            }
        )
    )


def render(found: Iterable[Use]) -> str:
    """Return the page: a table for each family, a row for each code, sorted."""
    by_code: dict[str, list[Use]] = defaultdict(list)
    for use in found:
        by_code[use.code].append(use)
    page, family = [HEAD], ""
    for code in sorted(by_code):
        if code.split(".")[0] != family:
            family = code.split(".")[0]
            page.append(f"\n## {family}\n\n| code | at fault | says |\n|---|---|---|\n")
        parties = (
            ", ".join(sorted({u.party for u in by_code[code] if u.party})) or "told by context"
        )
        said = "<br>".join(sorted({u.message for u in by_code[code] if u.message}))
        page.append(f"| `{code}` | {parties} | {said.replace('|', chr(92) + '|')} |\n")
    return "".join(page)


if __name__ == "__main__":
    PAGE.write_text(render(found_in_source()), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
