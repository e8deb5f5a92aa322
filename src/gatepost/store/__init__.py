"""Where configuration comes from and is kept: today, kong.yaml in.

Owns: the layout of Kong's declarative file, its YAML, and telling all of its mistakes at once.
Refuses to know: how a Snapshot travels, what a plugin's configuration means (a checker is given).
Neighbours: model below; feed and engine beside it, strangers; cli, node and admin above.
"""

from gatepost.store.kong_yaml import read
from gatepost.store.problem import KongYamlError, Problem

__all__ = ["KongYamlError", "Problem", "read"]
