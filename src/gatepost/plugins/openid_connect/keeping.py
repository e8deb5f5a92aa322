"""How long a provider's answer is kept: the ``cache_ttl`` fields as one rule."""

from gatepost.plugin.runtime import Freshness
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.values import Tag

NEGATIVE = 5.0
"""Seconds an inactive token is kept as such where ``cache_ttl_neg`` is unset: long enough to stop
a client that hammers, short enough for nobody to notice."""

LONGEST = 86_400.0
"""Seconds any answer is kept at most."""


class Keeping:
    """A stated lifetime, else ``cache_ttl``; then at least ``_min`` and at most ``_max``.

    Nothing outlives the token it is about: its end is checked at each use. on: whether answers
    are kept at all.
    """

    def __init__(self, config: OpenIdConnectConfig, *, on: bool) -> None:
        self._on = on
        self._ttl = config.cache_ttl
        self._min = config.cache_ttl_min or 0.0
        self._max = LONGEST if config.cache_ttl_max is None else config.cache_ttl_max
        self._negative = config.cache_ttl_neg
        self._stale = config.cache_ttl_resurrect or 0.0

    def positive(
        self, lifetime: float | None, tags: tuple[Tag, ...], *, bounded: bool = False
    ) -> Freshness:
        """Keep a good answer. lifetime: seconds it states; bounded: its use checks its own end.

        A lifetime of nothing is not kept: it ended before it began.
        """
        if not self._on or (lifetime is not None and lifetime <= 0):
            return Freshness(0, tags=tags)
        if lifetime is not None:  # beyond it the answer is worth nothing, so nothing stands in
            return Freshness(min(lifetime, self._max, LONGEST), tags=tags)
        seconds = LONGEST if bounded else max(self._ttl, self._min)
        return Freshness(min(seconds, self._max, LONGEST), stale=self._stale, tags=tags)

    def negative(self, tags: tuple[Tag, ...], *, unset: float = NEGATIVE) -> Freshness:
        """Keep a bad answer. unset: seconds where ``cache_ttl_neg`` does not say."""
        if not self._on:
            return Freshness(0, tags=tags)
        seconds = unset if self._negative is None else self._negative
        return Freshness(min(seconds, self._max), tags=tags, refused=True)
