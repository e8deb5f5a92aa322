from typing import Any

from bench.page import page

SAMPLE = {"case": "a"}
SUMMARY: dict[str, Any] = {
    "cpu": {"median": 12.34},
    "ratio": {"median": 1.25, "least": 1.2, "most": 1.3},
    "rate": 45678.9,
    "p50": 0.5,
    "p99": 1.5,
}
FOUND: dict[str, Any] = {
    "date": "2026-11-21T10:00:00+00:00",
    "machine": {
        "processor": "P", "cores": 2, "system": "S", "kernel": "K", "python": "3",
        "versions": {"nginx": "1.22"},
    },
    "rounds": 7,
    "seconds": 2,
    "remarks": ["THIS MACHINE WAS BUSY"],
    "products": [SAMPLE],
    "scale": [],
    "titles": {"a": "A case"},
    "summaries": {"a": SUMMARY},
    "budgets": [
        {"work": "w", "unit": "×", "measured": 1.5, "allowed": 1.2, "verdict": "over by 25 %"},
        {"work": "v", "unit": "s", "measured": None, "allowed": 1.0, "verdict": "not measured"},
    ],
}  # fmt: skip


def test_every_number_stands_in_its_place() -> None:
    text = page(FOUND)
    assert "| A case | 12.3 | 1.25 (1.20–1.30) | 45,679 | 0.50 | 1.50 |" in text
    assert "| w | 1.50 × | 1.2 × | over by 25 % |" in text
    assert "| v | – | 1 s | not measured |" in text


def test_a_warning_of_the_run_is_not_lost() -> None:
    assert "- THIS MACHINE WAS BUSY" in page(FOUND)


def test_a_part_that_did_not_run_has_no_table() -> None:
    assert "### Scale" not in page(FOUND)
