"""Who a node is to its control plane, on its disk: id, key, certificate, the authority it pins.

node-id          a UUID, made once
key.pem          a key that a certificate is wanted for; made before it is asked for, so that the
                 token, which only this key may use again, survives a crash between
identity.pem     key and certificate in use, replaced as one
authority.pem    the cluster's authority
enrolled.json    with whom: address, plane, the token's id, whether the node was revoked
configuration.json, revocations.json    what the control plane last gave, and told
"""

import json
import uuid
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from gatepost.disk import write_atomically
from gatepost.feed.authority import key_pem, new_key, request_for
from gatepost.feed.membership import Passport, is_ident
from gatepost.values import By, Fault


@dataclass(frozen=True, slots=True)
class Enrolment:
    """With whom a node is enrolled. address: ``host:port``, several
    with commas between them. token: id of the token. pin: the
    authority's fingerprint. revoked: whether the control plane said that it wants no more of it.
    """

    address: str
    plane: str
    token: str
    pin: str
    revoked: bool = False


class Identity:
    """The files. Raises Fault (operator) ``identity.unusable`` where one cannot be used."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(mode=0o700, exist_ok=True)
        self.file = directory / "identity.pem"
        self.configuration = directory / "configuration.json"
        self.revocations = directory / "revocations.json"
        self.enrolment = self._enrolment()
        self.node = self._node()

    # -- what is there

    @property
    def authority(self) -> bytes:
        """The authority (PEM)."""
        return self._read("authority.pem")

    @property
    def passport(self) -> Passport:
        """What the certificate in use says."""
        found = Passport.of_pem(self._read("identity.pem"))
        if found is None:
            raise _unusable(self.file)
        return found

    def must_be_good(self, now: float) -> None:
        """Raise Fault (operator) ``certificate.expired`` when the certificate in use has ended."""
        if self.passport.expires <= now:
            raise Fault(
                "certificate.expired",
                "The certificate of this node has expired. Start it with a new token.",
                by=By.OPERATOR,
            )

    def request(self) -> bytes:
        """Return a certificate request (PEM) for the key of ``key.pem``; make that if need be."""
        path = self.directory / "key.pem"
        if not path.exists():
            write_atomically(path, key_pem(new_key()))
        try:
            return request_for(path.read_bytes())
        except (OSError, ValueError, TypeError):
            raise _unusable(path) from None

    # -- what changes

    def enrolled(self, enrolment: Enrolment, authority: bytes, certificate: bytes) -> None:
        """Take a first certificate, or that of another control plane. Raises OSError."""
        before = self.enrolment
        if before is not None and (before.pin, before.plane) != (enrolment.pin, enrolment.plane):
            # What another plane gave must never be served for this one.
            self.configuration.unlink(missing_ok=True)
            self.revocations.unlink(missing_ok=True)
        write_atomically(self.directory / "authority.pem", authority)
        self.renewed(certificate)
        self._remember(enrolment)

    def renewed(self, certificate: bytes) -> None:
        """Use this certificate with the key of ``key.pem`` from now on. Raises OSError."""
        key = self.directory / "key.pem"
        write_atomically(self.file, key.read_bytes() + certificate)
        key.unlink(missing_ok=True)

    def revoked(self) -> None:
        """Note that the control plane does not want this node: with a new token it is a new one."""
        if self.enrolment is not None and not self.enrolment.revoked:
            self._remember(replace(self.enrolment, revoked=True))

    def anew(self) -> None:
        """Be another node from now on."""
        (self.directory / "node-id").unlink(missing_ok=True)
        (self.directory / "key.pem").unlink(missing_ok=True)
        self.node = self._node()

    # -- inside

    def _remember(self, enrolment: Enrolment) -> None:
        write_atomically(self.directory / "enrolled.json", json.dumps(asdict(enrolment)).encode())
        self.enrolment = enrolment

    def _enrolment(self) -> Enrolment | None:
        path = self.directory / "enrolled.json"
        if not path.exists():
            return None
        try:
            return Enrolment(**json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError):
            raise _unusable(path) from None

    def _node(self) -> str:
        path = self.directory / "node-id"
        if not path.exists():
            write_atomically(path, str(uuid.uuid4()).encode())
        try:
            found = path.read_text("ascii").strip()
        except (OSError, ValueError):
            found = ""
        if not is_ident(found):
            raise _unusable(path)
        return found

    def _read(self, name: str) -> bytes:
        try:
            return (self.directory / name).read_bytes()
        except OSError:
            raise _unusable(self.directory / name) from None


def _unusable(path: Path) -> Fault:
    return Fault(
        "identity.unusable",
        f"{path} cannot be used. Restore it, or remove the directory {path.parent} and enrol the "
        "node again with a new token.",
        by=By.OPERATOR,
    )
