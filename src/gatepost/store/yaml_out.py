"""Plain values to YAML text that every reader understands alike.

Rules of the file: text is written without quotes only when no version of YAML could take it for
something else; what YAML does not allow is escaped; texts of several lines (certificates) stand as
blocks. Values are what JSON has; maps keep their order.
"""

import json
import re
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_/~][A-Za-z0-9_./@+=~-]*(?:[: ][A-Za-z0-9_./@+=~-]+)*")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
# what some version of YAML reads as a boolean, as nothing or as a number
_TAKEN = re.compile(r"(?i)~|y|n|yes|no|on|off|true|false|null|_[0-9_]*")
_BLOCK = re.compile(r"[^\s#-][ -~]*(?:\n[!-~](?:[ -~]*[!-~])?)+\n?")
_ODD = re.compile(
    "[^\t -~\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\uffef\U00010000-\U0010fffd]"
)
_LONGEST_KEY = 1000  # YAML finds a key within 1024 characters; a longer one is marked with "?"


def yaml_text(data: dict[str, Any]) -> str:
    """Return a map as a YAML document, each list and map in it on lines of its own."""
    out: list[str] = []
    if data:
        _map(out, data, "", "")
    return "\n".join([*out, ""]) if out else "{}\n"


def _map(out: list[str], data: dict[str, Any], first: str, pad: str) -> None:
    """Write a map. first: what stands before its first key; pad: before each other one."""
    lead = first
    for key, value in data.items():
        name = _text(key)
        if len(name) > _LONGEST_KEY:
            out.append(f"{lead}? {name}")
            _value(out, value, f"{pad}:", pad)
        else:
            _value(out, value, f"{lead}{name}:", pad)
        lead = pad


def _list(out: list[str], values: list[Any], pad: str) -> None:
    for value in values:
        if isinstance(value, dict) and value:
            _map(out, value, f"{pad}- ", f"{pad}  ")
        elif isinstance(value, list) and value:
            out.append(f"{pad}-")
            _list(out, value, f"{pad}  ")
        else:
            _value(out, value, f"{pad}-", pad)


def _value(out: list[str], value: Any, head: str, pad: str) -> None:
    if isinstance(value, dict) and value:
        out.append(head)
        _map(out, value, f"{pad}  ", f"{pad}  ")
    elif isinstance(value, list | tuple) and value:
        out.append(head)
        _list(out, list(value), pad)
    elif isinstance(value, str) and _BLOCK.fullmatch(value):
        out.append(f"{head} |" if value.endswith("\n") else f"{head} |-")
        out += [f"{pad}  {line}" for line in value.removesuffix("\n").split("\n")]
    else:
        out.append(f"{head} {_scalar(value)}")


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, float):
        mantissa, sign, exponent = repr(value).partition("e")
        # YAML 1.1 wants the point
        return (mantissa if "." in mantissa else f"{mantissa}.0") + sign + exponent
    if isinstance(value, int):
        return str(value)
    return "[]" if isinstance(value, list | tuple) else "{}"


def _text(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and not _TAKEN.fullmatch(text)
    if plain or _UUID.fullmatch(text):
        return text
    # JSON's quotes and escapes are YAML's; what may not stand in YAML is escaped as well
    return _ODD.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
