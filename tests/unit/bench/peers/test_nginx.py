import re
from pathlib import Path

from bench.case import FORWARDED
from bench.peers.nginx import _FORWARD
from gatepost.engine import EngineSettings, Listener, Slots, render

_SET = re.compile(r"^\s*proxy_set_header (\S+) (\S+);$", re.MULTILINE)


def test_the_baseline_sends_the_headers_that_a_node_sends() -> None:
    """The baseline is what the budgets are multiples of: less work there would be too strict a
    measure, more would be too kind a one.
    """
    settings = EngineSettings(
        directory=Path("/d"),
        push_socket=Path("/d/push.sock"),
        secret_file=Path("/d/secret"),
        authorizers=(Path("/d/a.sock"),),
        listeners=(Listener("127.0.0.1:8000"),),
    )
    node = {
        name
        for name, value in _SET.findall(render(settings, Slots()))
        if value != '""' and not value.startswith("$h_") and name != "Upgrade"
    }
    baseline = {name for name, _ in _SET.findall(_FORWARD)}
    assert baseline == node
    assert {name for name, _ in FORWARDED} <= node
