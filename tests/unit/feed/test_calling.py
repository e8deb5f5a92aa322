import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gatepost.feed.authority import (
    Authority,
    fingerprint,
    issue_server,
    key_pem,
    make_authority,
    new_key,
    request_for,
)
from gatepost.feed.calling import enrol, fetch_authority, open_feed, renew, verifying
from gatepost.feed.listener import load_identity
from gatepost.feed.membership import Passport
from gatepost.feed.token import Token
from gatepost.values import Address, Fault
from tests.ports import free_port
from tests.providers.cluster import PLANE, cluster

pytestmark = pytest.mark.anyio

ABOUT = {"id": "n1", "hostname": "h", "version": "1"}


class Fake:
    """Somebody who listens in a control plane's place; notes every byte it is sent."""

    def __init__(self, address: Address, answer: bytes) -> None:
        self.address, self.answer = address, answer
        self.heard = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            self.heard += await reader.readuntil(b"\r\n\r\n")
            writer.write(self.answer)
            await writer.drain()
            self.heard += await reader.read(100_000)
        with contextlib.suppress(OSError):
            writer.close()


@contextlib.asynccontextmanager
async def fake(authority: Authority, answer: bytes) -> AsyncIterator[Fake]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    load_identity(context, issue_server(authority, now=time.time()))
    made = Fake(Address("127.0.0.1", free_port()), answer)
    server = await asyncio.start_server(made.serve, "127.0.0.1", made.address.port, ssl=context)
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()


def ok(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body


async def test_enrolment_from_the_fingerprint_to_the_certificate(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        token = Token.decode(made.token())
        authority = await fetch_authority(made.address, token.fingerprint)
        assert authority == made.authority.certificate
        key = key_pem(new_key())
        done = await enrol(made.address, token, authority, request_for(key), ABOUT)
        assert done.plane == PLANE
        file = tmp_path / "identity.pem"
        file.write_bytes(key + done.certificate)
        other = key_pem(new_key())
        again = await renew(made.address, authority, file, request_for(other))
        assert Passport.of_pem(again) is not None
        async with open_feed(made.address, authority, file) as socket:
            assert not socket.closed


async def test_a_forged_control_plane_is_sent_no_token() -> None:
    authority = make_authority(now=time.time())
    token = Token.make([Address("127.0.0.1", 1)], "ab" * 32, "t")
    async with fake(authority, ok(authority.certificate)) as forger:
        with pytest.raises(Fault) as caught:
            await fetch_authority(forger.address, token.fingerprint)
    assert caught.value.code == "enrolment.forged"
    assert "The token was not sent." in caught.value.message
    assert forger.heard.startswith(b"GET /v1/authority ")
    assert token.secret.reveal().encode() not in forger.heard


async def test_who_shows_the_right_authority_and_has_not_its_key_is_sent_no_token() -> None:
    real, own = make_authority(now=time.time()), make_authority(now=time.time())
    token = Token.make([Address("127.0.0.1", 1)], fingerprint(real.certificate), "t")
    async with fake(own, ok(real.certificate)) as forger:
        authority = await fetch_authority(forger.address, token.fingerprint)
        before, csr = forger.heard, request_for(key_pem(new_key()))
        with pytest.raises(Fault) as caught:
            await enrol(forger.address, token, authority, csr, ABOUT)
        assert caught.value.code == "control_plane.unreachable"
        assert "does not prove" in str(caught.value.cause)
        assert forger.heard == before


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        ok(b"no certificate"),
        ok(b"x" * 100_000),
        b"HTTP/1.1 302 Found\r\nLocation: /v1/other\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_an_answer_that_is_none_is_told_and_never_followed(answer: bytes) -> None:
    async with fake(make_authority(now=time.time()), answer) as forger:
        with pytest.raises(Fault) as caught:
            await fetch_authority(forger.address, "ab" * 32)
        assert caught.value.code in {"control_plane.unreachable", "enrolment.forged"}
        assert b"/v1/other" not in forger.heard


async def test_the_feed_follows_no_redirection(tmp_path: Path) -> None:
    authority = make_authority(now=time.time())
    answer = b"HTTP/1.1 302 Found\r\nLocation: /v1/other\r\nContent-Length: 0\r\n\r\n"
    async with cluster(tmp_path) as made, fake(authority, answer) as forger:
        _, file = made.identity()
        with pytest.raises(Fault) as caught:
            async with open_feed(forger.address, authority.certificate, file):
                pass
        assert caught.value.code == "control_plane.unreachable"
        assert b"/v1/other" not in forger.heard


async def test_nobody_there_is_told_with_the_address() -> None:
    address = Address("127.0.0.1", free_port())
    with pytest.raises(Fault) as caught:
        await fetch_authority(address, "ab" * 32)
    assert caught.value.message == f"The control plane at {address} cannot be reached."
    assert caught.value.cause


def test_an_identity_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "identity.pem"
    file.write_text("nothing")
    with pytest.raises(Fault) as caught:
        verifying(make_authority(now=time.time()).certificate, file)
    assert caught.value.code == "identity.unusable"
