from pathlib import Path
from typing import Any

import msgspec
import pytest

from gatepost.idp.application_seed import ApplicationSeed


def seed(**more: Any) -> ApplicationSeed:
    return ApplicationSeed(**{"id": "a", "secret": "s", **more})


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"secret": ""}, "secret is missing"),
        ({"client_auth": "none"}, "has no secret"),
        ({"client_auth": "none", "secret": ""}, "client_credentials need a secret"),
        ({"grants": ("authorization_code",)}, "needs redirect_uris"),
        (
            {
                "grants": ("authorization_code",),
                "redirect_uris": ("http://x/",),
                "kind": "service",
            },
            "a service signs nobody on",
        ),
        ({"redirect_uris": ("x",)}, "must be absolute"),
        ({"redirect_uris": ("com.example.app:/cb",)}, "must be absolute"),
        ({"post_logout_redirect_uris": ("javascript:alert(1)",)}, "must be absolute"),
        ({"backchannel_logout_uri": "ftp://x/"}, "must be absolute"),
        ({"frontchannel_logout_uri": "http://x/#f"}, "must be absolute"),
    ],
)
def test_an_application_that_makes_no_sense_is_refused(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        seed(**wrong)


def test_a_public_client_goes_without_a_secret() -> None:
    assert seed(client_auth="none", secret="", grants=()).public
    assert not seed().public


def test_a_native_application_may_have_a_scheme_of_its_own() -> None:
    assert seed(kind="native", redirect_uris=("com.example.app:/cb",)).kind == "native"


def test_a_refused_address_is_not_repeated_since_it_may_hold_a_password() -> None:
    with pytest.raises(ValueError, match="without user name") as caught:
        seed(redirect_uris=("http://ann:canary@x/",))
    assert "canary" not in str(caught.value)


def test_its_repr_shows_no_secret() -> None:
    assert repr(seed(secret="canary")) == "ApplicationSeed(id='a')"


def test_every_setting_is_told_in_the_documentation() -> None:
    page = (Path(__file__).parents[3] / "docs/development-provider.md").read_text()
    names = {one.name for one in msgspec.structs.fields(ApplicationSeed)}
    assert {name for name in names if f"`{name}`" not in page} <= {"label"}
