"""What a person types: one command a file.

Owns: argv, the environment and settings files, the terminal, exit codes.
Refuses to know: how anything works; it wires the packages below together.
Neighbours: everybody below; nothing above.
"""

from gatepost.cli.app import main

__all__ = ["main"]
