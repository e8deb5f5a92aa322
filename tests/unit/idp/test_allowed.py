import pytest

from gatepost.idp import allowed
from gatepost.idp.application_seed import ApplicationSeed
from gatepost.idp.asking import RefusedError
from gatepost.idp.directory import Application


def application(**more: object) -> Application:
    seed = ApplicationSeed(
        id="a",
        secret="s",
        scopes=("read", "write", "offline_access"),
        audience=("api://a", "api://b"),
        **more,  # type: ignore[arg-type]
    )
    return Application(seed, 0.0)


def test_exactly_what_was_asked_is_granted_or_the_default() -> None:
    assert allowed.scopes(application(), "write read write") == ["write", "read"]
    assert allowed.scopes(application(), "") == ["read", "write"]
    assert allowed.scopes(application(default_scopes=("read",)), "") == ["read"]


def test_a_scope_that_is_not_the_applications_is_refused() -> None:
    for asked in ("read root", "READ", "read  write", " "):
        with pytest.raises(RefusedError, match="invalid_scope"):
            allowed.scopes(application(), asked)


def test_offline_access_is_for_applications_that_may_refresh() -> None:
    refreshing = application(grants=("password", "refresh_token"))
    assert allowed.scopes(refreshing, "read offline_access") == ["read", "offline_access"]
    assert allowed.scopes(application(), "read offline_access") == ["read"]


def test_the_first_audience_is_taken_unless_another_is_named() -> None:
    assert allowed.audience(application(), None) == "api://a"
    assert allowed.audience(application(), "api://b") == "api://b"
    with pytest.raises(RefusedError, match="invalid_target"):
        allowed.audience(application(), "api://c")
