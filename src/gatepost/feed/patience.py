"""How long the two sides of a feed wait for one another."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """All in seconds.

    connect: for a connection with its first words. ping: between two signs of life. silence:
    without any sign of the other side, after which the connection is given up; a piece of a
    configuration is a sign. first, most: between two attempts, doubling from first to most.
    answer: for a node to say what became of a configuration. touch: between two looks at whether
    a node may stay. tell: for nodes to apply a revocation, while somebody waits for that.
    """

    connect: float = 10.0
    ping: float = 15.0
    silence: float = 45.0
    first: float = 0.5
    most: float = 10.0
    answer: float = 600.0
    touch: float = 60.0
    tell: float = 5.0
