"""Gatepost: an API gateway that asks your identity provider who is calling.

Read ARCHITECTURE.md for the plan of the house; each package's docstring says what it owns,
what it refuses to know and who its neighbours are.
"""

__version__ = "0.1.0"
