"""Moments, lengths of time and sizes, in words."""

import time
from datetime import UTC, datetime

_UNITS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))


def duration(seconds: float) -> str:
    """Return a length of time: ``0.4 ms``, ``12 ms``, ``1.2 s``, ``5 min``, ``3 h``, ``12 d``."""
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 1:
        return f"{seconds * 1000:.{1 if seconds < 0.01 else 0}f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    size, unit = next(pair for pair in _UNITS if seconds >= pair[0])
    return f"{seconds / size:.0f} {unit}"


def ago(moment_: float | None, now: float | None = None) -> str:
    """Return how long ago something was; ``never`` for None."""
    if moment_ is None:
        return "never"
    passed = (time.time() if now is None else now) - moment_
    return "just now" if passed < 1.5 else f"{duration(passed)} ago"


def until(moment_: float | None, now: float | None = None) -> str:
    """Return how long it is until something; ``no end`` for None."""
    if moment_ is None:
        return "no end"
    left = moment_ - (time.time() if now is None else now)
    return f"in {duration(left)}" if left > 0 else f"{duration(-left)} ago"


def moment(seconds: float | None) -> str:
    """Return a moment as ``2026-11-25 14:03:07 UTC``; a dash for None."""
    if seconds is None:
        return "\N{EN DASH}"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def bytes_of(number: float) -> str:
    """Return a size: ``512 B``, ``1.5 KiB``, ``3.0 MiB``."""
    for unit in ("B", "KiB", "MiB"):
        if number < 1024:
            return f"{number:.0f} B" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} GiB"
