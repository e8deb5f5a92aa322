"""The policies that ship with the gateway, one file or folder each.

Owns: what each kind of plugin does with a request.
Refuses to know: one another, sockets, how a request came here, how long a decision is remembered.
Neighbours: ``plugin`` (the contract), ``oidc``, ``model`` and ``values`` below; whoever runs
plugins above. A module here with a module-level ``plugin`` is found by scanning.
"""

__all__: list[str] = []
