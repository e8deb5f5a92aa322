import pytest

from gatepost.idp.directory import Directory, TakenError
from gatepost.idp.seed import ApplicationSeed, GroupSeed, Seed, UserSeed
from gatepost.values import FixedClock


@pytest.fixture
def directory() -> Directory:
    seed = Seed(
        applications=(ApplicationSeed(id="app", secret="hidden"),),
        users=(UserSeed(login="ann", password="hidden"), UserSeed(login="ben", password="x")),
        groups=(GroupSeed(name="staff", users=("ann",)),),
    )
    return Directory(seed, FixedClock(1.0))


def test_ids_logins_and_names_are_unique(directory: Directory) -> None:
    with pytest.raises(TakenError):
        directory.add_application(ApplicationSeed(id="app", secret="x"))
    with pytest.raises(TakenError):
        directory.add_user(UserSeed(login="ann", password="x"))
    with pytest.raises(TakenError):
        directory.add_group(GroupSeed(name="staff"))


def test_a_user_knows_their_groups_until_they_are_removed(directory: Directory) -> None:
    ann, ben = directory.user_by_login("ann"), directory.user_by_login("ben")
    assert ann is not None
    assert ben is not None
    assert directory.groups_of(ann) == ["staff"]
    assert directory.groups_of(ben) == []
    directory.remove_user(ann)
    assert not ann.life.active
    assert [group.members for group in directory.groups.by_id.values()] == [set()]


def test_a_group_of_an_unknown_user_is_an_error(directory: Directory) -> None:
    with pytest.raises(KeyError):
        directory.add_group(GroupSeed(name="other", users=("nobody",)))
    assert len(directory.groups.by_id) == 1


def test_what_ended_once_stays_in_another_epoch(directory: Directory) -> None:
    life = directory.applications.by_id["app"].life
    before = life.epoch
    life.end()
    life.begin()
    assert life.active
    assert life.epoch != before


def test_no_repr_shows_a_secret(directory: Directory) -> None:
    shown = repr(directory.applications.by_id) + repr(directory.users.by_id)
    assert "hidden" not in shown
