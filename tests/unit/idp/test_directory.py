import pytest

from gatepost.idp.directory import Directory, TakenError
from gatepost.idp.seed import ApplicationSeed, GroupSeed, Seed, UserSeed
from gatepost.values import FixedClock, Secret


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


def test_a_replaced_application_is_the_same_with_other_settings(directory: Directory) -> None:
    application = directory.applications.by_id["app"]
    directory.replace_application(application, ApplicationSeed(id="app", secret="new", label="New"))
    assert directory.applications.by_id["app"] is application
    assert application.secret == Secret("new")
    assert application.name == "New"
    with pytest.raises(TakenError):
        directory.replace_application(application, ApplicationSeed(id="other", secret="x"))
    assert application.id == "app"


def test_a_user_proves_who_they_are_by_login_and_password(directory: Directory) -> None:
    ann = directory.user_by_login("ann")
    assert directory.user_who_proves("ann", "hidden") is ann
    for login, password in (("ann", "x"), ("ann", ""), ("ben", "hidden"), ("eve", "\x00")):
        assert directory.user_who_proves(login, password) is None
    assert ann is not None
    ann.life.end()
    assert directory.user_who_proves("ann", "hidden") is None


def test_tokens_can_be_ended_while_life_goes_on(directory: Directory) -> None:
    life = directory.applications.by_id["app"].life
    epoch = life.epoch
    assert life.holds(epoch)
    life.revoke()
    assert life.active
    assert not life.holds(epoch)
    assert life.holds(life.epoch)
