"""``python -m gatepost.authorizer --socket PATH``: one authorizer, started by the agent.

The boot secret comes on stdin as one line of hexadecimal digits; it is never an argument, because
arguments can be read by everybody on the machine.
"""

import argparse
import sys
from pathlib import Path

import uvloop

from gatepost.authorizer.server import die_with_parent, serve


def main() -> int:
    """Run until SIGTERM or SIGINT, or until the parent dies."""
    parser = argparse.ArgumentParser(prog="gatepost.authorizer", description=__doc__)
    parser.add_argument("--socket", required=True, help="path of the UNIX socket to listen on")
    parser.add_argument("--socket-mode", default="600", help="permissions of the socket, octal")
    parser.add_argument(
        "--parent-death",
        type=int,
        nargs="?",
        const=0,
        default=None,
        metavar="PID",
        help="die with the parent; with its PID also when it is already gone",
    )
    parser.add_argument("--desk", type=Path, help="the agent's UNIX socket for errands")
    parser.add_argument("--facts", type=int, default=64, help="MiB of kept provider answers")
    parser.add_argument("--traces", type=int, default=0, help="questions traced in a second")
    options = parser.parse_args()
    if options.parent_death is not None and not die_with_parent(options.parent_death):
        sys.stderr.write("authorizer: the parent is already gone\n")
        return 1
    try:
        secret = bytes.fromhex(sys.stdin.readline().strip())
    except ValueError:
        secret = b""
    if len(secret) < 16:
        sys.stderr.write("authorizer: stdin must hold the secret, 16 bytes or more in hex\n")
        return 2
    mode = int(options.socket_mode, 8)
    uvloop.run(
        serve(
            options.socket,
            secret,
            mode=mode,
            fact_mib=options.facts,
            desk=options.desk,
            traces=options.traces,
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
