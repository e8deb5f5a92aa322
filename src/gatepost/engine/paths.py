"""The one normal form of a request path: what is matched, judged, stripped and sent.

lua/gatepost/paths.lua is the other half; a test holds the two against each other. RFC 3986, 6.2.2:
triplets in upper case, unreserved characters decoded, dot segments removed. Beyond it, repeated
slashes are merged, characters outside the reserved set are escaped, and spellings that upstreams
are known to read in two ways are refused. Nothing is decoded twice. What a path may cost is
bounded, because anybody may send one.
"""

import re

_BROKEN = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(rb"[\x00-\x20\x7f]")
_TRIPLET = re.compile(rb"%([0-9A-Fa-f]{2})")
_OTHER = re.compile(rb"[^!$&'()*+,\-./0-9:;=@A-Z_a-z~%]")
_AMBIGUOUS = re.compile(rb"%2F\.\.?(?:%2F|/|;|$)|/\.\.?(?:%2F|;)|%2F\.\.?%3B|/\.\.?%3B")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

SEGMENTS = 256
"""Segments of a path at most, those with dots included; empty ones are not counted."""
ESCAPES = 1024
"""Percent-encoded bytes of a path at most, those that must be encoded included."""


def _decoded(match: re.Match[bytes]) -> bytes:
    value = int(match[1], 16)
    return bytes((value,)) if value in _UNRESERVED else match[0].upper()


def _escaped(match: re.Match[bytes]) -> bytes:
    return b"%%%02X" % match[0][0]


def normal(raw: bytes | str) -> str:
    """Return the normal form of a raw path without its query; ValueError says why there is none."""
    path = raw.encode() if isinstance(raw, str) else raw
    if not path:
        return "/"
    if not path.startswith(b"/"):
        raise ValueError("The path must begin with a slash")
    if b"#" in path:
        raise ValueError("The path holds a '#'; send it as %23")
    if _CONTROL.search(path):
        raise ValueError("The path holds a control character or a space; percent-encode it")
    if _BROKEN.search(path):
        raise ValueError("The path holds a '%' without two hexadecimal digits")
    path, triplets = _TRIPLET.subn(_decoded, path)
    path, others = _OTHER.subn(_escaped, path)
    if triplets + others > ESCAPES:
        raise ValueError(f"The path holds more than {ESCAPES} percent-encoded bytes")
    if b"%5C" in path or b"%00" in path:
        raise ValueError("The path holds a backslash or a zero byte")
    if _AMBIGUOUS.search(path):
        raise ValueError("The path is ambiguous: dots beside an encoded slash or a semicolon")
    segments: list[bytes] = []
    last = b""
    for number, segment in enumerate(filter(None, path.split(b"/")), 1):
        if number > SEGMENTS:
            raise ValueError(f"The path holds more than {SEGMENTS} segments")
        last = segment
        if segment == b"..":
            if not segments:
                raise ValueError("The path leads above the root")
            segments.pop()
        elif segment != b".":
            segments.append(segment)
    closed = bool(segments) and (path.endswith(b"/") or last in {b".", b".."})
    return "/" + b"/".join(segments).decode("ascii") + ("/" if closed else "")
