"""Settings from flags, then GATEPOST_* and KONG_* variables, then a file; all errors at once."""

import ipaddress
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gatepost.values import Address, By, Fault, Secret

Read = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, how its text is read, and Kong's variable where that means the same.

    kong_read: how Kong's own notation is read, where it differs.
    """

    name: str
    read: Read
    kong: str | None = None
    kong_read: Read | None = None

    @property
    def variable(self) -> str:
        """The environment variable of ours."""
        return f"GATEPOST_{self.name.upper()}"

    @property
    def flag(self) -> str:
        """The command line option."""
        return f"--{self.name.replace('_', '-')}"


def gather(
    settings: tuple[Setting, ...],
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    file: Path | None = None,
) -> dict[str, Any]:
    """Return the value of each setting that was given anywhere.

    flags: by name, None for those not given. Raises Fault (operator) ``settings.invalid`` whose
    message lists every mistake, each with where it was made.
    """
    problems: list[str] = []
    written = _written(file, settings, problems)
    values: dict[str, Any] = {}
    for setting in settings:
        for text, where, read in _sources(setting, flags, environ, written):
            if text is None:
                continue
            try:
                value = read(text) if isinstance(text, str) else text
            except Fault as fault:
                problems.append(f"{where}: {fault.message}")
            except ValueError as error:
                problems.append(f"{where}: {error}")
            else:
                if value is SKIP:
                    continue
                values[setting.name] = value
            break
    known = {setting.variable for setting in settings} | {
        "GATEPOST_SETTINGS",
        "GATEPOST_IDP_API_TOKEN",
        "GATEPOST_ADMIN_URL",  # of the commands that speak to a control plane
        "GATEPOST_TOKEN",
    }
    ours = sorted(name for name in environ if name.startswith("GATEPOST_"))
    problems.extend(f"{name}: there is no such setting" for name in ours if name not in known)
    if problems:
        raise Fault("settings.invalid", "\n".join(problems), by=By.OPERATOR)
    return values


SKIP = object()
"""What a reader returns for a text that says nothing about its setting."""


def _sources(
    setting: Setting,
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    written: Mapping[str, Any],
) -> list[tuple[Any, str, Read]]:
    sources = [
        (flags.get(setting.name), setting.flag, setting.read),
        (environ.get(setting.variable), setting.variable, setting.read),
    ]
    if setting.kong is not None:
        read = setting.kong_read or setting.read
        sources.append((environ.get(setting.kong), setting.kong, read))
    sources.append(
        (written.get(setting.name), f"{setting.name} in the settings file", setting.read)
    )
    return sources


def _written(
    file: Path | None, settings: tuple[Setting, ...], problems: list[str]
) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        values = tomllib.loads(file.read_text())
    except OSError as error:
        problems.append(f"{file}: {error.strerror}")
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{file}: {error}")
        return {}
    known = {setting.name for setting in settings}
    problems.extend(f"{file}: there is no setting {name!r}" for name in sorted(set(values) - known))
    return {
        name: ",".join(map(str, value)) if isinstance(value, list) else _text(value)
        for name, value in values.items()
        if name in known
    }


def _text(value: Any) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def address(default_port: int) -> Read:
    """Return a reader of ``host:port``."""
    return lambda text: Address.parse(text.strip(), default_port=default_port)


def addresses(default_port: int) -> Read:
    """Return a reader of ``host:port``, or several with commas between them."""
    return lambda text: Address.parse_all(text.strip(), default_port=default_port)


def address_or_off(default_port: int) -> Read:
    """Return a reader of ``host:port`` or ``off`` (None)."""
    return lambda text: (
        None
        if text.strip().lower() == "off"
        else Address.parse(text.strip(), default_port=default_port)
    )


def kong_listen(default_port: int, *, ssl: bool | None) -> Read:
    """Return a reader of Kong's ``0.0.0.0:8000 reuseport, 0.0.0.0:8443 ssl`` for one kind."""

    def read(text: str) -> Any:
        if text.strip().lower() == "off":
            return None
        fitting = [
            words[0]
            for words in (piece.split() for piece in text.split(",") if piece.strip())
            if ssl is None or ("ssl" in words[1:]) == ssl
        ]
        if not fitting:
            return None
        if len(fitting) > 1:
            raise ValueError("one address of each kind is served; name one")
        return Address.parse(fitting[0], default_port=default_port)

    return read


def count_or_off(least: int, most: int) -> Read:
    """Return a reader of a whole number, or ``off`` (0)."""
    number = count(least, most)
    return lambda text: 0 if text.strip().lower() == "off" else number(text)


def count(least: int, most: int) -> Read:
    """Return a reader of a whole number."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text.strip()) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most} is wanted, not {text!r}")
        return int(text)

    return read


def kong_workers(text: str) -> Any:
    """Read Kong's number of workers; ``auto`` is the default here too."""
    return SKIP if text.strip() == "auto" else count(1, 256)(text)


def seconds(text: str) -> float:
    """Read ``10``, ``10s``, ``5m``, ``2h`` or ``30d`` as seconds."""
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*([smhd]?)", text.strip())
    if found is None:
        raise ValueError(f"a time such as 10s, 5m, 2h or 30d is wanted, not {text!r}")
    return float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]]


def size(text: str) -> int:
    """Read ``128m`` or ``1g`` as bytes; at least 1 MiB."""
    found = re.fullmatch(r"([0-9]{1,9})\s*([kmg])", text.strip().lower())
    number = int(found[1]) * {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}[found[2]] if found else 0
    if not 1 << 20 <= number <= 64 << 30:
        raise ValueError(f"a size such as 128m or 1g is wanted, not {text!r}")
    return number


def networks(text: str) -> tuple[str, ...]:
    """Read addresses and networks, separated by commas."""
    found = []
    for piece in (piece.strip() for piece in text.split(",")):
        if piece:
            try:
                found.append(str(ipaddress.ip_network(piece, strict=False)))
            except ValueError:
                raise ValueError(f"{piece!r} is not an IP address or network") from None
    return tuple(found)


def names(text: str) -> frozenset[str]:
    """Read host names, separated by commas."""
    return frozenset(piece.strip().lower() for piece in text.split(",") if piece.strip())


def switch(text: str) -> bool:
    """Read on or off."""
    word = text.strip().lower()
    if word not in {"on", "off", "true", "false", "1", "0", "yes", "no"}:
        raise ValueError(f"on or off is wanted, not {text!r}")
    return word in {"on", "true", "1", "yes"}


def secret(text: str) -> Secret:
    """Read a secret of at least 16 characters."""
    if len(text.strip()) < 16:
        raise ValueError("a secret of at least 16 characters is wanted")
    return Secret(text.strip())
