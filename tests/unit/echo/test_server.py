import datetime
import ssl
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gatepost.echo import Tls, running, serve
from gatepost.values import Address, Fault


@pytest.fixture
def self_signed(tmp_path: Path) -> Tls:
    """A certificate for 127.0.0.1 that is its own authority and serves both sides."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loop")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = tmp_path / "c.pem", tmp_path / "k.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return Tls(cert_file, key_file)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])
def test_it_refuses_to_listen_beyond_loopback(host: str) -> None:
    with pytest.raises(Fault, match="loopback only"):
        serve(Address(host, 0))


@pytest.mark.anyio
async def test_two_instances_are_told_apart_by_name() -> None:
    names = []
    async with (
        running(name="a") as first,
        running(name="b") as second,
        aiohttp.ClientSession() as http,
    ):
        for up in (first, second):
            async with http.get(f"{up.url}/get") as answer:
                names.append((await answer.json())["name"])
    assert names == ["a", "b"]


@pytest.mark.anyio
async def test_with_tls_it_demands_and_shows_the_client_certificate(self_signed: Tls) -> None:
    demanding = Tls(self_signed.certificate, self_signed.key, client_ca=self_signed.certificate)
    context = ssl.create_default_context(cafile=str(self_signed.certificate))
    async with running(tls=demanding) as up:
        url = f"https://localhost:{up.port}/get"
        async with aiohttp.ClientSession() as http:
            with pytest.raises(aiohttp.ClientError):
                await http.get(url, ssl=context)
            context.load_cert_chain(self_signed.certificate, self_signed.key)
            async with http.get(url, ssl=context) as answer:
                shown = await answer.json()
    assert shown["tls"]["client"] == "loop"
    assert shown["url"].startswith("https://")
