"""How often each endpoint was called, and by whom: what tests and the demo count."""

from collections import Counter


class Counters:
    """Calls per endpoint, and per client for those that authenticated.

    A call counts when it arrives, also when a fault then spoils the answer. A client counts when
    it has proved its secret.
    """

    def __init__(self) -> None:
        self._endpoints: Counter[str] = Counter()
        self._clients: dict[str, Counter[str]] = {}

    def arrived(self, endpoint: str) -> None:
        """Count one call."""
        self._endpoints[endpoint] += 1

    def authenticated(self, endpoint: str, client: str) -> None:
        """Count one call of a client."""
        counter = self._clients.get(client)
        if counter is None:
            counter = self._clients[client] = Counter()
        counter[endpoint] += 1

    def shown(self, known: list[str]) -> dict[str, object]:
        """Return all counts; every known endpoint is there, with 0 if need be."""
        return {
            "endpoints": {name: self._endpoints[name] for name in known},
            "clients": {name: dict(counts) for name, counts in self._clients.items()},
        }

    def reset(self) -> None:
        """Begin again at 0."""
        self._endpoints.clear()
        self._clients.clear()
