"""Addresses that we may call: absolute, http or https, and saying nothing on the side."""

from urllib.parse import urlsplit


def problem(url: str) -> str | None:
    """Return why a text cannot be the address of an endpoint, or None when it can.

    A user name in front of the host (``https://good@evil``), a fragment, white space and
    control characters are refused (OpenID Connect Discovery 1.0, 3; RFC 6749, 3.1 and 3.2).
    """
    if not url.isascii() or any(char <= " " or char in '\\"<>^`{|}\x7f' for char in url):
        return "it holds characters that an address must not hold"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # the port is parsed only when asked for
    except ValueError:
        return "it is not an address"
    if parts.scheme not in ("http", "https"):
        return "it does not begin with https:// or http://"
    if not host:
        return "it names no host"
    if "@" in parts.netloc:
        return "it holds a user name"
    return "it holds a fragment" if "#" in url else None


def insecure(url: str) -> bool:
    """Return whether what is sent there can be read on the way."""
    return not url.lower().startswith("https://")
