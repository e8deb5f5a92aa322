"""The issuers that plugins' configurations name, as far as they are written in the clear."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_SUFFIXES = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")


def issuers_of(configs: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield each issuer that a configuration names, without the well-known part."""
    for config in configs:
        for issuer in (config.get("issuer"), *(config.get("issuers_allowed") or ())):
            if isinstance(issuer, str) and not issuer.startswith("{vault:"):
                yield next(
                    (issuer.removesuffix(s) for s in _SUFFIXES if issuer.endswith(s)), issuer
                )
