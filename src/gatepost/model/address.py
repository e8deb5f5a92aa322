"""Names and addresses of hosts, as Kong writes them.

An IPv6 address is kept in brackets, in its shortest form, wherever a host stands: ``[::1]``.
"""

import ipaddress
import re
from typing import Annotated

from pydantic import AfterValidator, StrictStr

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_WITH_PORT = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]{1,5}))?")
_DIGITS = re.compile(r"[0-9]{1,5}")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")


def host_name(text: str) -> str:
    """Return a host name as it is (underscores are allowed, as in Kong); ValueError if it is none.

    A name whose last label is a number would be read as an address by resolvers, so it is refused
    (WHATWG URL, "ends in a number").
    """
    if len(text) > 253 or not _NAME.fullmatch(text):
        raise ValueError("expected a hostname")
    if _NUMBER.fullmatch(text.rstrip(".").rsplit(".", 1)[-1]):
        raise ValueError("expected a hostname; it ends in a number and is no IPv4 address")
    return text


def is_address(text: str) -> bool:
    """Say whether a host, as returned by ``host``, is an IP address."""
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


def host(text: str) -> str:
    """Return a host name, an IPv4 address, or an IPv6 address in brackets; ValueError otherwise."""
    if text[:1].isalpha() and ":" not in text:
        return host_name(text)  # nearly every host
    bracketed = text.startswith("[") and text.endswith("]")
    try:
        address = ipaddress.ip_address(text[1:-1] if bracketed else text)
    except ValueError:
        pass
    else:
        if address.version == 6 and "%" not in text:
            return f"[{address}]"
        if address.version == 4 and not bracketed:
            return text
        raise ValueError("expected a hostname or an IP address")
    name, colon, port = text.rpartition(":")
    alone = ":" not in name and name.startswith("[") == name.endswith("]")
    if colon and name and alone and _DIGITS.fullmatch(port):
        raise ValueError("must not have a port")
    return host_name(text)


def host_and_port(text: str, default: int | None = None) -> tuple[str, int | None]:
    """Split ``host[:port]``. An IPv6 address with a port needs its brackets."""
    if ":" not in text:
        return host(text), default
    match = _WITH_PORT.fullmatch(text)
    if match is None:
        return host(text), default  # IPv6 without brackets, or a refusal that says why
    port = int(match[2]) if match[2] else default
    if port is not None and not 0 <= port <= 65535:
        raise ValueError("port should be between 0 and 65535")
    return host(match[1]), port


def pattern(text: str) -> str:
    """Return a route's host in lower case: a host, or ``*.name``, or ``name.*``; port allowed."""
    if "*" not in text:
        name, port = host_and_port(text)
        return name.lower() if port is None else f"{name.lower()}:{port}"
    bare, colon, port_text = text.partition(":")
    if colon and (not _DIGITS.fullmatch(port_text) or int(port_text) > 65535):
        raise ValueError("port should be between 0 and 65535")
    inner = bare[2:] if bare.startswith("*.") else bare[:-2] if bare.endswith(".*") else ""
    if not inner or "*" in inner:
        raise ValueError("a wildcard must be the leftmost or the rightmost label, and only one")
    host_name(f"{inner}.example" if bare.endswith(".*") else inner)
    return text.lower()


def server_name(text: str) -> str:
    """Return a TLS server name in lower case; a wildcard may stand at either end, no IP, no port.

    RFC 6066, 3: literal addresses are not permitted in a server name.
    """
    if ":" in text or is_address(text):
        raise ValueError("must be a hostname, without a port, not an IP address")
    return pattern(text).removesuffix(".")


Host = Annotated[StrictStr, AfterValidator(host)]
HostPattern = Annotated[StrictStr, AfterValidator(pattern)]
ServerName = Annotated[StrictStr, AfterValidator(server_name)]
