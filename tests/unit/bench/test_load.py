import json
from typing import Any

import pytest

from bench.load import BadRunError, Drive, command, read

GOOD: dict[str, Any] = {
    "requests": 2000,
    "microseconds": 2_000_000,
    "p50": 900,
    "p99": 3100,
    "used": 0,
    "exhausted": False,
    "errors": {"status": 0, "connect": 0, "read": 0, "write": 0, "timeout": 0},
}


def report(**changed: Any) -> str:
    return f"Running 2s test\nREPORT {json.dumps({**GOOD, **changed})}\n"


def test_a_good_run_is_read_in_milliseconds_and_requests_a_second() -> None:
    run = read(report())
    assert (run.rate, run.p50, run.p99) == (1000.0, 0.9, 3.1)


@pytest.mark.parametrize("kind", ["status", "connect", "read", "write", "timeout"])
def test_one_error_makes_the_run_no_measure(kind: str) -> None:
    with pytest.raises(BadRunError, match=kind):
        read(report(errors={**GOOD["errors"], kind: 1}))


def test_a_run_without_requests_or_with_too_few_tokens_is_no_measure() -> None:
    with pytest.raises(BadRunError, match="nothing was answered"):
        read(report(requests=0))
    with pytest.raises(BadRunError, match="ran out"):
        read(report(exhausted=True))
    with pytest.raises(BadRunError, match="reported nothing"):
        read("unable to connect")


def test_headers_and_arguments_reach_the_command_line() -> None:
    drive = Drive("/x", (("Authorization", "Bearer t"),), "many", ("/r", "10"))
    words = command(drive, 8000, seconds=2, connections=32, arguments=("7",))
    assert words[words.index("-H") + 1] == "Authorization: Bearer t"
    assert words[-5:] == ["http://127.0.0.1:8000/x", "--", "/r", "10", "7"]
