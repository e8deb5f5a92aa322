"""The front page: what this is, and who is signed in here."""

from gatepost.idp.asking import Asking, RefusedError
from gatepost.idp.browser import cookies
from gatepost.idp.browser.logout import LogOut
from gatepost.idp.browser.pages import page, paged
from gatepost.idp.endpoints import World
from gatepost.values import Reply

PATH = "/"


@paged
async def answer(world: World, asking: Asking) -> Reply:
    """Greet, and offer to log out."""
    if asking.method not in ("GET", "HEAD"):
        raise RefusedError(405, "invalid_request", "use GET", headers=(("allow", "GET, HEAD"),))
    session = cookies.session(world, asking)
    if session is None:
        return page("home", issuer=world.issuer, user=None, applications=[], ticket="")
    browser, fresh = cookies.browser(world, asking)
    return page(
        "home",
        headers=fresh,
        issuer=world.issuer,
        user=session.user.seed,
        applications=[one.name for one in session.applications.values()],
        ticket=world.tickets.issue(browser, LogOut()),
    )
