"""The chart: a bar for each case, its CPU time for each request, as one self-contained SVG."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

_LEFT, _BAR, _ROW, _WIDTH = 470, 420, 24, 1010
_TITLE = "CPU time for each request, all processes of the product (µs)"
_COLOURS = {"gatepost": "#2f6f4f", "baseline": "#5b6b7b", "peer": "#a9b4bf"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One line. value: µs. kind: gatepost, baseline or peer."""

    title: str
    value: float
    least: float
    most: float
    kind: str


def draw(bars: Iterable[Bar], caption: str) -> str:
    """Return the SVG. Bars longer than five times the middle one are cut, with a mark."""
    found = list(bars)
    values = sorted(bar.value for bar in found)
    longest = min(max(values, default=1.0), 5 * values[len(values) // 2] if values else 1.0)
    height = 70 + _ROW * len(found)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        '<g font-family="sans-serif" font-size="13">',
        f'<text x="16" y="26" font-size="16" font-weight="bold">{_TITLE}</text>',
        f'<text x="16" y="46" fill="#5b6b7b">{escape(caption)}</text>',
    ]
    for row, bar in enumerate(found):
        lines += _row(bar, 60 + _ROW * row, longest)
    return "\n".join([*lines, "</g>", "</svg>", ""])


def _row(bar: Bar, y: int, longest: float) -> list[str]:
    cut = bar.value > longest
    width = _BAR * min(1.0, bar.value / longest)
    colour = _COLOURS[bar.kind]
    reach = width if cut else _BAR * min(1.0, max(bar.value, bar.most) / longest)
    found = [
        f'<text x="{_LEFT - 8}" y="{y + 13}" text-anchor="end">{escape(bar.title)}</text>',
        f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="17" fill="{colour}"/>',
        f'<text x="{_LEFT + reach + 8:.1f}" y="{y + 13}">{bar.value:.1f}</text>',
    ]
    if cut:
        x = _LEFT + width - 16
        found.append(
            f'<path d="M{x:.1f} {y - 1} l6 19 M{x + 6:.1f} {y - 1} l6 19" stroke="#ffffff"/>'
        )
    else:
        low, high = (_LEFT + _BAR * min(1.0, one / longest) for one in (bar.least, bar.most))
        found.append(f'<path d="M{low:.1f} {y + 8.5} H{high:.1f}" stroke="#000000" opacity="0.5"/>')
    return found
