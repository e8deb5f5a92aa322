"""A change that needs nginx to reload: still no failed request, and no path around the trust."""

import datetime
import http.client
import sys
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.integration.test_run import OPEN
from tests.integration.world import Process, World

pytestmark = pytest.mark.integration


def authority_for_loopback() -> tuple[bytes, bytes]:
    """Return certificate and key (PEM) of an authority that is also the server localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    now = datetime.datetime.now(datetime.UTC)
    loopback = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(loopback, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    return (
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()),
    )


def test_a_new_upstream_over_tls_is_reloaded_in_without_a_failed_request() -> None:
    with World.start(OPEN) as world:
        certificate, key = authority_for_loopback()
        files = [world.directory / "echo.crt", world.directory / "echo.key"]
        for file, pem in zip(files, (certificate, key), strict=True):
            file.write_bytes(pem)
        command = [sys.executable, "-P", "-m", "gatepost.echo", "--port", "0", "--tls"]
        secure = Process("secure", [*command, *map(str, files)], world.environment)
        world.processes.append(secure)
        url = next(word for word in secure.ready().split() if word.startswith("https"))
        url = url.replace("127.0.0.1", "localhost")  # nginx verifies names, never addresses
        indented = "\n".join(f"      {line}" for line in certificate.decode().splitlines())
        authority = "11111111-2222-5333-8444-555555555555"
        trusted = f"""
  - name: trusted
    url: {url}
    tls_verify: true
    ca_certificates: [{authority}]
    routes: [{{name: trusted, paths: [/trusted]}}]
  - name: untrusted
    url: {url}
    tls_verify: true
    routes: [{{name: untrusted, paths: [/untrusted]}}]
ca_certificates:
  - id: {authority}
    cert: |
{indented}
"""
        bad: list[object] = []
        done = threading.Event()

        def load() -> None:
            while not done.is_set():
                try:
                    status = world.get("/open/get").status
                except (OSError, http.client.HTTPException) as error:
                    bad.append(type(error).__name__)
                else:
                    if status != 200:
                        bad.append(status)

        thread = threading.Thread(target=load)
        thread.start()
        try:
            world.change(OPEN + trusted)
            for _ in range(6):
                assert world.get("/trusted/get").status == 200
                assert world.get("/untrusted/get").status == 502
            world.change(OPEN)
            assert world.get("/trusted/get").status == 404
        finally:
            done.set()
            thread.join()
        assert bad == []
        processes = world.status.get("/status").json()["processes"]
        assert [one["restarts"] for one in processes] == [0, 0]
