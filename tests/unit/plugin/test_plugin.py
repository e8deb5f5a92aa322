import pytest
from pydantic import ValidationError

from gatepost.plugin import Bound, Edits, Failure, Forward, Proof, Refusal, Site
from gatepost.plugin.testkit import FakeRuntime
from tests.unit.plugin.policies import Key, KeyConfig


def test_a_config_is_frozen_and_knows_its_fields() -> None:
    with pytest.raises(ValidationError):
        Key().read({"other": 1})
    with pytest.raises(ValidationError):
        KeyConfig().good = "x"  # type: ignore[misc]


def test_a_site_shows_no_key() -> None:
    assert "canary" not in repr(Site(certificates={"a": ("b", "canary")}, salt="canary"))


@pytest.mark.anyio
async def test_a_bound_that_overrides_nothing_changes_nothing() -> None:
    bound, runtime = Bound(), FakeRuntime()
    request = None
    assert not await bound.skip(request, runtime)  # type: ignore[arg-type]
    assert await bound.admit(Proof("m"), request, runtime) == Forward()  # type: ignore[arg-type]
    assert await bound.check(request, runtime, Forward()) == Edits()  # type: ignore[arg-type]
    for status, message in (
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (503, "Service temporarily unavailable"),
    ):
        refusal = bound.refuse(Failure(status, "a.b", "no"), request, runtime)  # type: ignore[arg-type]
        assert isinstance(refusal, Refusal)
        assert (refusal.status, refusal.message) == (status, message)
