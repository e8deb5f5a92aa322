from gatepost.idp.directory import Directory
from gatepost.idp.person import CLAIMS, person_claims
from gatepost.idp.seed import GroupSeed, Seed, UserSeed
from gatepost.values import FixedClock

ANN = UserSeed(
    login="ann",
    password="canary",
    email="ann@example.com",
    first_name="Ann",
    last_name="Archer",
    claims={"department": "x", "name": "overruled"},
)


def claims(seed: UserSeed, *scopes: str) -> dict[str, object]:
    directory = Directory(
        Seed(users=(seed,), groups=(GroupSeed(name="staff", users=(seed.login,)),)), FixedClock(0.0)
    )
    user = directory.user_by_login(seed.login)
    assert user is not None
    return person_claims(directory, user, scopes)


def test_each_scope_tells_its_claims() -> None:
    assert claims(ANN, "openid", "read") == {}
    assert claims(ANN, "email") == {"email": "ann@example.com", "email_verified": True}
    assert claims(ANN, "groups") == {"groups": ["staff"]}
    assert claims(ANN, "profile") == {
        "name": "Ann Archer",
        "given_name": "Ann",
        "family_name": "Archer",
        "preferred_username": "ann",
        "department": "x",
    }


def test_what_is_not_known_is_not_told() -> None:
    bare = UserSeed(login="ben", password="x")
    told = claims(bare, "profile", "email", "groups")
    assert told == {"name": "ben", "preferred_username": "ben", "groups": ["staff"]}


def test_the_list_of_claims_is_whole() -> None:
    told = set(claims(ANN, "profile", "email", "groups")) - {"department"}
    assert told | {"sub"} == set(CLAIMS)
