from pathlib import Path

import pytest

from gatepost.cli.settings import (
    SKIP,
    Setting,
    count,
    gather,
    kong_listen,
    kong_workers,
    networks,
    seconds,
    secret,
    size,
    switch,
)
from gatepost.values import Address, Fault

SETTINGS = (
    Setting("workers", count(1, 8), "KONG_NGINX_WORKER_PROCESSES", kong_workers),
    Setting("drain", seconds),
)


def test_flags_come_before_ours_before_kongs_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("workers = 4\n")
    ours, kongs = {"GATEPOST_WORKERS": "2"}, {"KONG_NGINX_WORKER_PROCESSES": "3"}
    assert gather(SETTINGS, {"workers": "1"}, ours | kongs, file) == {"workers": 1}
    assert gather(SETTINGS, {}, ours | kongs, file) == {"workers": 2}
    assert gather(SETTINGS, {}, kongs, file) == {"workers": 3}
    assert gather(SETTINGS, {"workers": None}, {}, file) == {"workers": 4}
    assert gather(SETTINGS, {}, {"KONG_NGINX_WORKER_PROCESSES": "auto"}, file) == {"workers": 4}
    assert gather(SETTINGS, {}, {}) == {}


def test_all_mistakes_are_told_at_once_each_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('colour = "red"\n')
    environ = {"GATEPOST_DRAIN": "soon", "GATEPOST_WORKRES": "1"}
    with pytest.raises(Fault) as caught:
        gather(SETTINGS, {"workers": "99"}, environ, file)
    text = caught.value.message
    for part in ("--workers", "GATEPOST_DRAIN", "GATEPOST_WORKRES", "'colour'"):
        assert part in text
    assert len(text.splitlines()) == 4


@pytest.mark.parametrize("text", [None, "x = ", "\xff"])
def test_a_settings_file_that_cannot_be_read_is_told(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "settings.toml"
    if text is not None:
        file.write_bytes(text.encode("latin-1"))
    with pytest.raises(Fault) as caught:
        gather(SETTINGS, {}, {}, file)
    assert "settings.toml" in caught.value.message


def test_kongs_listeners_are_read_by_their_kind() -> None:
    text = "0.0.0.0:9000 reuseport backlog=16384, 127.0.0.1:9443 http2 ssl reuseport"
    assert kong_listen(8000, ssl=False)(text) == Address("0.0.0.0", 9000)
    assert kong_listen(8443, ssl=True)(text) == Address("127.0.0.1", 9443)
    assert kong_listen(8443, ssl=True)("127.0.0.1:9000") is None
    assert kong_listen(8000, ssl=False)("off") is None
    with pytest.raises(ValueError, match="one address"):
        kong_listen(8000, ssl=False)("127.0.0.1:1, 127.0.0.1:2")


def test_notations_are_read() -> None:
    assert [seconds(text) for text in ("5", "5s", "2m", "1.5h", "30d")] == [
        5,
        5,
        120,
        5400,
        2592000,
    ]
    assert size("128m") == 128 << 20
    assert networks("10.0.0.1/8, ::1,") == ("10.0.0.0/8", "::1/128")
    assert switch("on")
    assert not switch("false")
    assert kong_workers("auto") is SKIP
    assert "long-enough-secret" not in repr(secret("long-enough-secret"))


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (seconds, "soon"), (seconds, "-1"), (seconds, ""), (size, "1"), (size, "1k"), (size, "x"),
        (networks, "300.1.1.1"), (switch, "maybe"), (secret, "short"), (count(1, 8), "0"),
        (count(1, 8), "nine"), (count(1, 8), "1.0"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(read: object, text: str) -> None:
    with pytest.raises(ValueError, match=r"wanted|not an IP"):
        read(text)  # type: ignore[operator]
