"""Taking a policy away, or switching it off: what that would mean is said before."""

import asyncio
from collections.abc import Callable
from typing import Any

from gatepost.console.admin_api import Trouble, of
from gatepost.console.parts import Consequence, confirm, offer_undo
from gatepost.console.policies.draft import holds_mask
from gatepost.console.policies.goal_table import PLUGIN
from gatepost.console.policies.reach import Without, name_of, without
from gatepost.console.policies.saying import Policy, title_of
from gatepost.console.view import View


async def switch(
    view: View,
    policy: Policy,
    *,
    on: bool,
    again: Callable[[], Any],
) -> Any:
    """Switch a policy on or off; return it as it is then, None when it was left alone.

    again: shows it anew, after that was undone.
    """
    if not on and not await _sure(view, policy, "Switch off"):
        return None
    path = of("plugins", str(policy["id"]))

    async def turn(value: bool) -> Any:
        return await view.api.patch(path, {"enabled": value})

    async def back() -> None:
        await turn(not on)
        again()

    done = f"{title_of(policy)} is {'on' if on else 'off'}."
    changed = await view.tried(turn(on))
    if changed is not None:
        offer_undo(view, done, back, f"{title_of(policy)} is {'off' if on else 'on'} again.")
    return changed


async def remove(view: View, policy: Policy, *, again: Callable[[], Any]) -> bool:
    """Delete a policy; return whether it is gone. It can be undone where no secret was hidden.

    again: shows it anew, after that.
    """
    if not await _sure(view, policy, "Delete"):
        return False
    path = of("plugins", str(policy["id"]))
    if not await view.did(view.api.delete(path)):
        return False
    if not holds_mask(policy.get("config")):
        body = {k: v for k, v in policy.items() if k not in ("created_at", "updated_at")}

        async def back() -> None:
            await view.api.put(path, body)
            again()

        words = title_of(policy)
        offer_undo(view, f"{words} is deleted.", back, f"{words} is back.")
    return True


async def _sure(view: View, policy: Policy, verb: str) -> bool:
    found: Without | None = None
    if policy.get("enabled", True) and not policy.get("consumer"):
        try:
            found = await asyncio.wait_for(without(view.api, policy), 15.0)
        except (Trouble, TimeoutError):
            found = None
    words = consequence_words(policy, found)
    if verb == "Delete" and holds_mask(policy.get("config")):
        words += " Its secrets cannot be brought back."
    return await confirm(
        f"{verb} {title_of(policy)}?",
        words,
        yes=verb,
        consequences=[
            Consequence(
                "open to everyone" if policy["name"] == PLUGIN else "without it", name_of(one)
            )
            for one in (found.alone if found else ())
        ],
    )


def consequence_words(policy: Policy, found: Without | None) -> str:
    """Return what happens without a policy. found: None where nobody could look."""
    if not policy.get("enabled", True):
        return "It is off already, so nothing changes for requests."
    if policy.get("consumer"):
        return "It does not apply to this consumer any more."
    if found is None:
        return "What it protects could not be looked up; it is not protected by it any more."
    opened = policy["name"] == PLUGIN
    several = "" if found.complete else "at least "
    parts = []
    if found.alone:
        count = len(found.alone)
        routes = f"{several}{count:,} route{'' if count == 1 else 's'}"
        words = "Nobody checks callers any more" if opened else "It no longer applies"
        others = " unless another plugin does" if opened else ""
        parts.append(f"{words} on {routes}{others}.")
    if found.covered:
        count = len(found.covered)
        parts.append(
            f"On {several}{count:,} route{'' if count == 1 else 's'} a wider policy of this kind "
            "takes its place."
        )
    return " ".join(parts) or "No route is reached by it now."
