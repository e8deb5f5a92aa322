import time
from pathlib import Path

import pytest

from gatepost.feed.authority import issue_node, make_authority
from gatepost.feed.membership import Member
from gatepost.node.identity import Enrolment, Identity
from gatepost.values import Fault

NOW = time.time()
AUTHORITY = make_authority(now=NOW)


def become(identity: Identity, plane: str = "a", token: str = "t1", life: float = 60.0) -> None:
    issued = issue_node(
        AUTHORITY, identity.request(), Member(plane, identity.node), now=NOW, life=life
    )
    enrolment = Enrolment("127.0.0.1:8005", plane, token, "ab" * 32)
    identity.enrolled(enrolment, AUTHORITY.certificate, issued.pem)


def test_a_node_is_who_it_was_and_its_secrets_are_its_own(tmp_path: Path) -> None:
    first = Identity(tmp_path / "control-plane")
    assert first.enrolment is None
    become(first)
    again = Identity(tmp_path / "control-plane")
    assert again.node == first.node
    assert again.enrolment == Enrolment("127.0.0.1:8005", "a", "t1", "ab" * 32)
    assert again.passport.member == Member("a", first.node)
    assert again.authority == AUTHORITY.certificate
    assert (tmp_path / "control-plane").stat().st_mode & 0o077 == 0
    assert all(one.stat().st_mode & 0o077 == 0 for one in again.directory.iterdir())


def test_a_certificate_that_has_ended_is_worth_nothing(tmp_path: Path) -> None:
    identity = Identity(tmp_path)
    become(identity, life=3600.0)
    identity.must_be_good(NOW)
    with pytest.raises(Fault, match="new token"):
        identity.must_be_good(NOW + 3601.0)


def test_a_key_that_was_asked_for_with_is_asked_for_with_again(tmp_path: Path) -> None:
    first = Identity(tmp_path)
    first.request()
    key = (tmp_path / "key.pem").read_bytes()
    Identity(tmp_path).request()
    assert (tmp_path / "key.pem").read_bytes() == key
    become(first)
    assert not (tmp_path / "key.pem").exists()
    assert first.file.read_bytes().startswith(key)


def test_what_another_plane_gave_is_gone_and_what_this_one_gave_stays(tmp_path: Path) -> None:
    identity = Identity(tmp_path)
    become(identity)
    for file in (identity.configuration, identity.revocations):
        file.write_text("{}")
    become(identity)
    assert identity.configuration.exists()
    become(identity, plane="b")
    assert not identity.configuration.exists()
    assert not identity.revocations.exists()


def test_a_revoked_node_knows_it_after_a_restart_and_can_be_another(tmp_path: Path) -> None:
    identity = Identity(tmp_path)
    become(identity)
    identity.revoked()
    again = Identity(tmp_path)
    assert again.enrolment is not None
    assert again.enrolment.revoked
    before = again.node
    again.anew()
    assert again.node != before


@pytest.mark.parametrize("name", ["node-id", "enrolled.json", "identity.pem"])
def test_a_file_that_cannot_be_used_is_named_with_what_to_do(tmp_path: Path, name: str) -> None:
    become(Identity(tmp_path))
    (tmp_path / name).write_bytes(b"\xff nonsense")
    with pytest.raises(Fault) as caught:
        _ = Identity(tmp_path).passport
    assert caught.value.code == "identity.unusable"
    assert name in caught.value.message


def test_a_key_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    identity = Identity(tmp_path)
    (tmp_path / "key.pem").write_text("nothing")
    with pytest.raises(Fault) as caught:
        identity.request()
    assert "key.pem" in caught.value.message
