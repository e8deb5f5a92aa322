"""Certificates, their names and keys, as an operator brings them to the Admin API."""

import datetime
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.integration.admin_world import Admin, control_plane

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def admin() -> Iterator[Admin]:
    with control_plane() as running:
        yield running


def pair(name: str) -> tuple[str, str]:
    """Return a new certificate and its key, both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.PEM).decode(), private.decode()


def test_the_names_of_a_certificate_are_written_through(admin: Admin) -> None:
    cert, key = pair("a.test")
    made = admin.make("/certificates", cert=cert, key=key, snis=["b.test", "a.test"])
    assert made["snis"] == ["a.test", "b.test"]
    assert made["key"] == "{masked}"
    assert {one["name"] for one in admin.get(f"/certificates/{made['id']}/snis")["data"]} == {
        "a.test",
        "b.test",
    }
    assert admin.get("/certificates/a.test")["id"] == made["id"]
    changed = admin.json("PATCH", "/certificates/a.test", {"snis": ["a.test", "c.test"]})
    assert changed.json()["snis"] == ["a.test", "c.test"]
    assert admin.send("GET", "/snis/b.test").status == 404
    admin.make("/snis", name="d.test", certificate={"id": made["id"]})
    assert admin.get("/certificates")["data"][0]["snis"] == ["a.test", "c.test", "d.test"]
    other_cert, other_key = pair("x.test")
    refused = admin.json(
        "POST", "/certificates", {"cert": other_cert, "key": other_key, "snis": ["a.test"]}
    )
    assert refused.status == 400
    assert refused.json()["fields"]["snis"] == (
        f"a.test already associated with existing certificate '{made['id']}'"
    )
    assert len(admin.get("/certificates")["data"]) == 1, "nothing of a refused write stays"
    back = admin.json("PUT", f"/certificates/{made['id']}", changed.json())
    assert back.status == 200, back.body
    assert admin.send("DELETE", "/certificates/a.test").status == 204
    assert admin.get("/snis")["data"] == []


def test_a_key_of_another_certificate_is_refused(admin: Admin) -> None:
    cert, _ = pair("a.test")
    _, key = pair("a.test")
    refused = admin.json("POST", "/certificates", {"cert": cert, "key": key})
    assert refused.json()["fields"] == {"key": "certificate does not match key"}


def test_a_certificate_comes_as_a_file_of_a_form(admin: Admin) -> None:
    cert, key = pair("form.test")
    parts = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%b"; filename="f"\r\n\r\n%b\r\n'
        % (name, text.encode())
        for name, text in ((b"cert", cert), (b"key", key))
    )
    named = b'--x\r\nContent-Disposition: form-data; name="snis"\r\n\r\nform.test\r\n--x--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    reply = admin.send("POST", "/certificates", parts + named, kind)
    assert reply.status == 201, reply.body
    assert reply.json()["snis"] == ["form.test"]


def test_a_certificate_in_use_cannot_be_deleted(admin: Admin) -> None:
    cert, key = pair("client.test")
    made = admin.make("/certificates", cert=cert, key=key)
    service = admin.make("/services", url="https://up.test", client_certificate={"id": made["id"]})
    refused = admin.send("DELETE", f"/certificates/{made['id']}")
    assert refused.json()["fields"] == {"@referenced_by": "services"}
    assert admin.get(f"/services/{service['id']}/client_certificate")["id"] == made["id"]
    assert len(admin.get(f"/certificates/{made['id']}/services")["data"]) == 1


def test_a_reference_to_a_vault_that_is_not_there_is_refused(admin: Admin) -> None:
    consumer = admin.make("/consumers", username="referring")
    path = f"/consumers/{consumer['id']}/key-auth"
    refused = admin.json("POST", path, {"key": "{vault://nowhere/key}"})
    assert refused.status == 400
    assert "no vault has the prefix 'nowhere'" in refused.json()["fields"]["key"]
    admin.make("/vaults", prefix="nowhere", name="env")
    made = admin.make(path, key="{vault://nowhere/key}")
    assert made["key"] == "{vault://nowhere/key}", "a reference is no secret"
