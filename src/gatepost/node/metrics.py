"""Metrics of several processes as one Prometheus text."""

import math
import re
from collections.abc import Iterable, Mapping

_SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? (\S+)(?: \d+)?$")


class Exposition:
    """Adds up samples that have one name and the same labels; keeps HELP and TYPE once."""

    def __init__(self) -> None:
        self._about: dict[str, dict[str, str]] = {}
        self._samples: dict[str, dict[tuple[str, str], float]] = {}

    def about(self, family: str, kind: str, text: str) -> None:
        """Say what a family is: counter, gauge or histogram, and one line of help."""
        self._about.setdefault(family, {})["TYPE"] = kind
        self._about[family]["HELP"] = text

    def add(
        self,
        name: str,
        value: float,
        labels: Mapping[str, str] | None = None,
        *,
        family: str | None = None,
    ) -> None:
        """Add to one sample. family: where it differs from the name (parts of a histogram)."""
        inner = ",".join(f'{key}="{_escape(text)}"' for key, text in sorted((labels or {}).items()))
        self._put(family or name, name, f"{{{inner}}}" if inner else "", value)

    def merge(self, text: str) -> None:
        """Add all samples of a Prometheus text; lines that are none are left out."""
        family = ""
        for line in text.splitlines():
            if line.startswith("# "):
                _, what, *rest = line.split(" ", 3)
                if what in {"HELP", "TYPE"} and len(rest) == 2:
                    family = rest[0]
                    self._about.setdefault(family, {}).setdefault(what, rest[1])
                continue
            found = _SAMPLE.match(line)
            if found is None:
                continue
            name, labels, number = found.groups()
            try:
                value = float(number)
            except ValueError:
                continue
            if not math.isnan(value):
                belongs = family if family and name.startswith(family) else name
                self._put(belongs, name, labels or "", value)

    def text(self) -> str:
        """Return everything, families in order of name."""
        return "".join(f"{line}\n" for line in self._lines())

    def _put(self, family: str, name: str, labels: str, value: float) -> None:
        samples = self._samples.setdefault(family, {})
        samples[name, labels] = samples.get((name, labels), 0.0) + value

    def _lines(self) -> Iterable[str]:
        for family, samples in sorted(self._samples.items()):
            about = self._about.get(family, {})
            for what in ("HELP", "TYPE"):
                if what in about:
                    yield f"# {what} {family} {about[what]}"
            for (name, labels), value in samples.items():
                whole = value.is_integer() and abs(value) < 2**53
                yield f"{name}{labels} {int(value) if whole else repr(value)}"


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
