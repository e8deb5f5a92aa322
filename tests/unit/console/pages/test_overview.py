import pytest

from gatepost.console.pages.overview import build
from tests.unit.console.shown import admin_api, opened, view_of


@pytest.mark.anyio
async def test_it_says_what_it_looks_at() -> None:
    async with admin_api() as (api, _), opened(build, view_of(api)) as user:
        await user.should_see("Overview")
        await user.should_see(f"What happens at {api.url}")
