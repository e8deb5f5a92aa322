"""Numbers of one process in the text form that Prometheus reads (exposition format 0.0.4)."""

from collections.abc import Iterable

Sample = tuple[str, dict[str, str], float]
"""Name, labels, value. Every name and label is fixed by the program, never by a request."""


def as_text(samples: Iterable[Sample]) -> str:
    """Return samples as text; those of one family come one after the other."""
    lines, seen = [], set()
    for name, labels, value in samples:
        family = name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count")
        if family not in seen:
            seen.add(family)
            kind = "counter" if name.endswith("_total") else "gauge"
            lines.append(f"# TYPE {family} {'histogram' if family != name else kind}")
        shown = ",".join(f'{key}="{held}"' for key, held in labels.items())
        lines.append(f"{name}{{{shown}}} {value:g}" if shown else f"{name} {value:g}")
    return "\n".join(lines) + "\n" if lines else ""
