import asyncio
import datetime
import gzip
import ipaddress
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gatepost.outside.calls import Calls
from gatepost.values import By, Call, Fault, Headers, Transport
from tests.unit.outside.provider import running

pytestmark = pytest.mark.anyio


def ok(body: bytes, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@pytest.fixture
async def calls() -> AsyncIterator[Calls]:
    made = Calls()
    yield made
    await made.close()
    await asyncio.sleep(0.01)


async def fault_of(calls: Calls, call: Call) -> Fault:
    with pytest.raises(Fault) as raised:
        await calls(call)
    assert raised.value.by is By.PROVIDER
    return raised.value


async def test_a_call_brings_back_status_headers_and_body(calls: Calls) -> None:
    async with running(answer=ok(b'{"a":1}', "Content-Type: application/json")) as provider:
        headers = Headers([("Authorization", "Basic x"), ("X-A", "1"), ("X-A", "2")])
        url = f"http://127.0.0.1:{provider.port}/a%2Fb?c=%20"
        reply = await calls(Call("POST", url, headers=headers, body=b"token=t"))
        assert (reply.status, reply.body, reply.media_type()) == (
            200,
            b'{"a":1}',
            "application/json",
        )
    sent = provider.requests[0]
    assert sent.startswith(b"POST /a%2Fb?c=%20 HTTP/1.1\r\n")
    assert sent.endswith(b"\r\n\r\ntoken=t")
    assert sent.count(b"X-A:") == 2
    assert {type(part) for field in reply.headers for part in field} == {str}
    assert b"Authorization: Basic x" in sent


async def test_a_redirect_is_never_followed(calls: Calls) -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    async with running(answer=answer) as provider:
        reply = await calls(Call("GET", f"http://127.0.0.1:{provider.port}/"))
        assert reply.status == 302
        assert len(provider.requests) == 1


@pytest.mark.parametrize("drip", [False, True])
async def test_the_deadline_covers_the_whole_exchange(calls: Calls, drip: bool) -> None:
    async with running(answer=ok(b"x" * 100) if drip else None, drip=drip) as provider:
        url = f"http://127.0.0.1:{provider.port}/"
        begin = time.monotonic()
        fault = await fault_of(calls, Call("GET", url, transport=Transport(timeout=0.3)))
        assert fault.code == "provider.timeout"
        assert fault.retry_after
        assert time.monotonic() - begin < 1


@pytest.mark.parametrize(
    "answer",
    [
        ok(b"x" * 1001),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"3e9\r\n" + b"x" * 1001,
        ok(gzip.compress(b"x" * 1_000_000), "Content-Encoding: gzip"),
    ],
    ids=["declared", "chunked", "bomb"],
)
async def test_no_more_than_the_limit_is_read(calls: Calls, answer: bytes) -> None:
    async with running(answer=answer) as provider:
        url = f"http://127.0.0.1:{provider.port}/"
        fault = await fault_of(calls, Call("GET", url, transport=Transport(limit=1000)))
        assert fault.code == "provider.too_large"


async def test_a_compressed_answer_within_the_limit_is_unpacked(calls: Calls) -> None:
    answer = ok(gzip.compress(b"x" * 1000), "Content-Encoding: gzip")
    async with running(answer=answer) as provider:
        url = f"http://127.0.0.1:{provider.port}/"
        reply = await calls(Call("GET", url, transport=Transport(limit=1000)))
        assert reply.body == b"x" * 1000


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\n",
        ok(b"not gzip", "Content-Encoding: gzip"),
        ok(gzip.compress(b"x" * 100)[:-12], "Content-Encoding: gzip"),
        ok(b"x", "Content-Encoding: br"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
    ],
    ids=["no http", "no gzip", "cut gzip", "other coding", "cut body"],
)
async def test_an_answer_that_cannot_be_read_is_a_fault(calls: Calls, answer: bytes) -> None:
    async with running(answer=answer, close_after=True) as provider:
        fault = await fault_of(calls, Call("GET", f"http://127.0.0.1:{provider.port}/"))
        assert fault.code == "provider.malformed"


async def test_nobody_there_is_unreachable_and_names_no_query(calls: Calls) -> None:
    async with running() as provider:
        port = provider.port
    fault = await fault_of(calls, Call("GET", f"http://u:pw@127.0.0.1:{port}/?token=canary"))
    assert fault.code == "provider.unreachable"
    assert "canary" not in str(fault)
    assert "pw" not in str(fault)


@pytest.mark.parametrize("url", ["ftp://x/", "http://", "nonsense", "http://a b/"])
async def test_an_address_that_is_none_is_a_fault(calls: Calls, url: str) -> None:
    assert (await fault_of(calls, Call("GET", url))).code == "provider.unreachable"


async def test_a_connection_that_was_closed_meanwhile_is_made_anew(calls: Calls) -> None:
    async with running(close_after=True) as provider:
        call = Call("POST", f"http://127.0.0.1:{provider.port}/", purpose="introspection")
        for _ in range(5):
            assert (await calls(call)).status == 200


async def test_connections_are_kept_unless_told_otherwise(calls: Calls) -> None:
    async with running() as provider:
        url = f"http://127.0.0.1:{provider.port}/"
        for _ in range(3):
            await calls(Call("GET", url))
        assert provider.connections == 1
        for _ in range(3):
            await calls(Call("GET", url, transport=Transport(keepalive=False)))
        assert provider.connections == 4


async def test_each_origin_has_a_bound_of_its_own() -> None:
    calls = Calls(per_origin=2)
    async with running(answer=None) as slow, running() as quick:
        hung = [
            asyncio.ensure_future(calls(Call("GET", f"http://127.0.0.1:{slow.port}/")))
            for _ in range(10)
        ]
        await asyncio.sleep(0.1)
        assert slow.connections == 2
        assert (await calls(Call("GET", f"http://127.0.0.1:{quick.port}/"))).status == 200
        for one in hung:
            one.cancel()
        await asyncio.gather(*hung, return_exceptions=True)
    await calls.close()


async def test_a_proxy_comes_from_the_transport_and_never_from_the_environment(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with running() as provider, running() as proxy:
        url = f"http://127.0.0.1:{provider.port}/"
        way = Transport(
            http_proxy=f"http://127.0.0.1:{proxy.port}", http_proxy_authorization="Basic cHJveHk="
        )
        assert (await calls(Call("GET", url))).status == 200
        assert not proxy.requests
        await calls(Call("GET", url, transport=way))
        assert proxy.requests[0].startswith(f"GET {url} HTTP/1.1\r\n".encode())
        assert b"Proxy-Authorization: Basic cHJveHk=" in proxy.requests[0]
        assert len(provider.requests) == 1
        direct = Transport(http_proxy=way.http_proxy, no_proxy=("127.0.0.1",))
        await calls(Call("GET", url, transport=direct))
        assert len(provider.requests) == 2


def certificate(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / "both.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def test_a_certificate_that_nobody_trusts_is_refused_unless_told_otherwise(
    calls: Calls, tmp_path: Path
) -> None:
    async with running(certificate(tmp_path)) as provider:
        url = f"https://127.0.0.1:{provider.port}/"
        assert (await fault_of(calls, Call("GET", url))).code == "provider.tls"
        trusting = Transport(ssl_verify=False)
        assert (await calls(Call("GET", url, transport=trusting))).status == 200
        assert (await fault_of(calls, Call("GET", url))).code == "provider.tls"


async def test_every_call_is_told_with_its_result_and_time() -> None:
    told: list[tuple[str, str, float]] = []
    calls = Calls(lambda *one: told.append(one))
    async with running() as provider:
        await calls(Call("GET", f"http://127.0.0.1:{provider.port}/", purpose="jwks"))
        port = provider.port
    await fault_of(calls, Call("GET", f"http://127.0.0.1:{port}/", purpose="jwks"))
    await calls.close()
    assert [one[:2] for one in told] == [("jwks", "2xx"), ("jwks", "provider.unreachable")]
    assert all(one[2] >= 0 for one in told)
