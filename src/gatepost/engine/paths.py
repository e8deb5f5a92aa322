"""The one normal form of a request path: what is matched, judged, stripped and sent.

lua/gatepost/paths.lua is the other half; a test holds the two against each other. RFC 3986, 6.2.2:
triplets in upper case, unreserved characters decoded, dot segments removed. Beyond it, repeated
slashes are merged, characters outside the reserved set are escaped, and spellings that upstreams
are known to read in two ways are refused. Nothing is decoded twice.
"""

import re

_BROKEN = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(rb"[\x00-\x20\x7f]")
_TRIPLET = re.compile(rb"%([0-9A-Fa-f]{2})")
_OTHER = re.compile(rb"[^!$&'()*+,\-./0-9:;=@A-Z_a-z~%]")
_AMBIGUOUS = re.compile(rb"%2F\.\.?(?:%2F|/|;|$)|/\.\.?(?:%2F|;)|%2F\.\.?%3B|/\.\.?%3B")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


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
    path = _OTHER.sub(_escaped, _TRIPLET.sub(_decoded, path))
    if b"%5C" in path or b"%00" in path:
        raise ValueError("The path holds a backslash or a zero byte")
    if _AMBIGUOUS.search(path):
        raise ValueError("The path is ambiguous: dots beside an encoded slash or a semicolon")
    segments: list[bytes] = []
    last = b""
    for segment in path.split(b"/"):
        if not segment:
            continue
        last = segment
        if segment == b"..":
            if not segments:
                raise ValueError("The path leads above the root")
            segments.pop()
        elif segment != b".":
            segments.append(segment)
    closed = bool(segments) and (path.endswith(b"/") or last in {b".", b".."})
    return "/" + b"/".join(segments).decode("ascii") + ("/" if closed else "")
