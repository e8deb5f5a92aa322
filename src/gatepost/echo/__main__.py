"""``python -m gatepost.echo --port 0``: an upstream for tests, told apart by its name."""

import argparse
from pathlib import Path

from gatepost.echo.server import Tls, serve
from gatepost.values import Address


def arguments() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    parser = argparse.ArgumentParser("python -m gatepost.echo", description=__doc__)
    parser.add_argument("--port", type=int, default=8280, help="0 takes a free port")
    parser.add_argument("--name", default="echo", help="shown in every answer")
    parser.add_argument("--tls", nargs=2, type=Path, metavar=("CERT", "KEY"))
    parser.add_argument("--client-ca", type=Path, help="demand client certificates of this CA")
    return parser


def main(argv: list[str] | None = None) -> None:
    """Serve on 127.0.0.1 until a signal."""
    parser = arguments()
    given = parser.parse_args(argv)
    if given.client_ca and not given.tls:
        parser.error("--client-ca needs --tls CERT KEY")
    tls = Tls(given.tls[0], given.tls[1], given.client_ca) if given.tls else None
    serve(Address("127.0.0.1", given.port), name=given.name, tls=tls)


if __name__ == "__main__":
    main()
