"""Wrong answers of the browser side by name: lies that only the provider itself can tell.

Owns: every fault that acts inside, on a token, a redirect or a key set that is being made.
Refuses to know: when a fault is due (``orders``), and how a right answer is made.
Neighbours: ``draft`` and ``key_ring``, which it spoils; ``misbehave`` lists what is here.
"""

__all__: list[str] = []
