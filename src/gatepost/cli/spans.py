"""Spans of time in words of one unit, as people say them: ``12 s``, ``5 min``, ``29 d``."""

_UNITS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"))


def span(seconds: float) -> str:
    """Return a span, rounded down. A unit is used from two of it on: ``90 min`` and ``36 h``."""
    seconds = max(seconds, 0.0)
    for length, unit in _UNITS:
        if seconds >= 2 * length or seconds == length:
            return f"{int(seconds // length)} {unit}"
    return f"{int(seconds)} s"


def ago(seconds: float) -> str:
    """Return how long ago something was."""
    return f"{span(seconds)} ago"


def left(seconds: float) -> str:
    """Return when something ends, or that it has."""
    return f"in {span(seconds)}" if seconds > 0 else "ended"
