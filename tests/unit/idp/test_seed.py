from pathlib import Path

import msgspec
import pytest

from gatepost.idp.application_seed import ApplicationSeed
from gatepost.idp.seed import Seed, UserSeed, read_seed
from gatepost.values import Fault


def test_the_default_seed_has_what_the_tutorials_need() -> None:
    seed = read_seed()
    kinds = {one.id: one.access_token for one in seed.applications}
    assert kinds["tutorial-opaque"] == "opaque"
    assert kinds["tutorial-jwt"] == "jwt"
    assert kinds["demo-app"] == kinds["demo-other"] == "jwt"
    assert {"alice", "bob"} <= {one.login for one in seed.users}
    assert seed.groups


def test_a_seed_is_read_from_yaml_and_from_json(tmp_path: Path) -> None:
    expected = Seed(applications=(ApplicationSeed(id="a", secret="s"),))
    for text in (
        '{"applications": [{"id": "a", "secret": "s"}]}',
        "applications: [{id: a, secret: s}]",
    ):
        path = tmp_path / "seed"
        path.write_text(text)
        assert read_seed(path) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("applications: [{id: a}]", "secret"),
        ("applications: [{id: a, secret: s, colour: red}]", "colour"),
        ("applications: [{id: a, secret: s, expires_in: 0}]", "expires_in"),
        ("applications: [{id: a, secret: s, access_token: saml}]", "access_token"),
        ("applications: [{id: a, secret: s, audience: []}]", "audience"),
        ("applications: [{id: a, secret: s, scopes: ['a b']}]", "scope"),
        ("applications: [{id: a, secret: s, default_scopes: [x]}]", "default_scopes"),
        ("applications: [{id: a, secret: s, claims: {iss: x}}]", "iss"),
        ("users: [{login: u, password: p, claims: {exp: 1}}]", "exp"),
        ("applications: [{id: a, secret: s}, {id: a, secret: t}]", "used twice"),
        ("groups: [{name: g, users: [nobody]}]", "nobody"),
        ("[]", "object"),
        ("a: [", "seed"),
    ],
)
def test_a_bad_seed_is_refused_with_the_place(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text(text)
    with pytest.raises(Fault, match=told) as caught:
        read_seed(path)
    assert caught.value.code == "seed.invalid"


def test_a_missing_file_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="nothing-here") as caught:
        read_seed(tmp_path / "nothing-here")
    assert caught.value.code == "seed.unreadable"


def test_claims_are_not_shared_between_applications() -> None:
    first, second = ApplicationSeed(id="a", secret="s"), ApplicationSeed(id="b", secret="s")
    assert first.claims is not second.claims
    assert msgspec.to_builtins(first)["claims"] == {}


def test_the_repr_of_a_user_shows_no_password() -> None:
    assert repr(UserSeed(login="ann", password="canary")) == "UserSeed(login='ann')"
