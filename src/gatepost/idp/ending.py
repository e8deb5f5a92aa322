"""The end of sessions, and who is told about it."""

from urllib.parse import quote

from gatepost.idp.back_channel import Notice, tell
from gatepost.idp.deliveries import Delivery
from gatepost.idp.directory import Application, User
from gatepost.idp.endpoints import World
from gatepost.idp.sessions import Session


async def end(world: World, *sessions: Session) -> None:
    """End sessions, and tell every application of each by the back channel."""
    for session in sessions:
        world.sessions.end(session)
    await tell(
        world,
        [
            Notice(application, session.user.seed.login, _sid(application, session))
            for session in sessions
            for application in session.applications.values()
        ],
    )


async def end_of_user(world: World, user: User, *, by_subject: bool = False) -> None:
    """End every session of a user. by_subject: each application is told once, without a sid."""
    sessions = world.sessions.of(user)
    if not by_subject:
        await end(world, *sessions)
        return
    for session in sessions:
        world.sessions.end(session)
    told = {app.id: app for session in sessions for app in session.applications.values()}
    await tell(world, [Notice(app, user.seed.login, None) for app in told.values()])


def frames(world: World, session: Session) -> list[str]:
    """Return what a page must hold in frames, so that applications of a session log out too.

    OpenID Connect Front-Channel Logout 1.0, 2: iss and sid where the application wants them.
    """
    found = []
    for application in session.applications.values():
        uri = application.seed.frontchannel_logout_uri
        if not uri or not application.life.active:
            continue
        if application.seed.frontchannel_logout_session_required:
            joint = "&" if "?" in uri else "?"
            uri += f"{joint}iss={quote(world.issuer, safe='')}&sid={quote(session.sid, safe='')}"
        found.append(uri)
        world.deliveries.add(Delivery(application.id, uri, "front-channel", session.sid))
    return found


def _sid(application: Application, session: Session) -> str | None:
    """Return what names the session to an application; without it, it is told the subject only."""
    return session.sid if application.seed.backchannel_logout_session_required else None
