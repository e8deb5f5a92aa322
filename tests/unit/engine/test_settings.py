import dataclasses
from pathlib import Path
from typing import Any

import pytest

from gatepost.engine import EngineSettings, Listener
from gatepost.values import Fault

GOOD = EngineSettings(
    directory=Path("/prefix/nginx"),
    push_socket=Path("/prefix/push.sock"),
    secret_file=Path("/prefix/secret"),
    authorizers=(Path("/prefix/authorizer-0.sock"),),
    listeners=(Listener("127.0.0.1:8000"),),
)


@pytest.mark.parametrize(
    "fields",
    [
        {"directory": Path("relative")},
        {"push_socket": Path("/a;b")},
        {"secret_file": Path('/a"b')},
        {"lua": (Path("/a b"),)},
        {"listeners": (Listener("8000"),)},
        {"listeners": (Listener("127.0.0.1:8000; include /x"),)},
        {"listeners": (Listener("127.0.0.1:8443", tls=True),)},
        {"trusted": ("10.0.0.0/8; x",)},
        {"trusted": ("everyone",)},
        {"real_ip_header": "X Forwarded"},
    ],
)
def test_what_nginx_conf_could_not_hold_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(Fault) as refused:
        dataclasses.replace(GOOD, **fields)
    assert refused.value.code == "engine.setting"


def test_files_stand_below_the_directory_unless_told_otherwise() -> None:
    assert GOOD.files == Path("/prefix/nginx/tls")
    assert GOOD.pid_file == Path("/prefix/nginx/nginx.pid")
