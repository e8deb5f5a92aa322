"""The numbers as Markdown, made from what stands in latest.json: ``python -m bench.page FILE``.

For docs/performance.md, so that nobody copies a number by hand.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def page(found: Mapping[str, Any]) -> str:
    """Return the tables and remarks of one run."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    about = found["machine"]
    versions = ", ".join(f"{name} {text}" for name, text in about["versions"].items())
    yield (
        f"{found['date'][:10]}: {about['processor']}, {about['cores']} cores, {about['system']}, "
        f"kernel {about['kernel']}; Python {about['python']}, {versions}. "
        f"{found['rounds']} rounds of {found['seconds']} s."
    )
    yield from ("", *(line for text in found["remarks"] for line in (f"- {text}",)))
    for title, part in (("Products, over the baseline", "products"), ("Scale", "scale")):
        names = {sample["case"] for sample in found[part]}
        if names:
            yield from ("", f"### {title}", "")
            yield "| case | µs CPU | × reference (least–most) | req/s | p50 ms | p99 ms |"
            yield "|---|---:|---:|---:|---:|---:|"
            for name, one in found["summaries"].items():
                if name in names:
                    yield _row(found["titles"][name], one)
    yield from ("", "### Budgets", "", "| work | measured | allowed | |", "|---|---:|---:|---|")
    for one in found["budgets"]:
        measured = "–" if one["measured"] is None else f"{one['measured']:.2f} {one['unit']}"
        allowed = f"{one['allowed']:g} {one['unit']}"
        yield f"| {one['work']} | {measured} | {allowed} | {one['verdict']} |"


def _row(title: str, one: Mapping[str, Any]) -> str:
    ratio = one["ratio"]
    spread = f"{ratio['median']:.2f} ({ratio['least']:.2f}–{ratio['most']:.2f})" if ratio else "–"
    return (
        f"| {title} | {one['cpu']['median']:.1f} | {spread} | {one['rate']:,.0f} | "
        f"{one['p50']:.2f} | {one['p99']:.2f} |"
    )


if __name__ == "__main__":
    print(page(json.loads(Path(sys.argv[1]).read_text())), end="")
