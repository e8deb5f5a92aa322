"""``python -m tests.integration.relay LISTEN TO``: TCP from one address to another, both ways.

The provider and the upstream listen on loopback alone; this lets a test's network reach them.
"""

import asyncio
import sys
from asyncio import StreamReader, StreamWriter


async def pour(reader: StreamReader, writer: StreamWriter) -> None:
    try:
        while content := await reader.read(65536):
            writer.write(content)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def main(listen: str, to: str) -> None:
    host, _, port = to.rpartition(":")

    async def relay(reader: StreamReader, writer: StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, int(port))
        await asyncio.gather(pour(reader, back), pour(there, writer))

    here, _, number = listen.rpartition(":")
    server = await asyncio.start_server(relay, here, int(number))
    print("READY", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
