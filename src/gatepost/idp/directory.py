"""Applications, users and groups, as they stand now."""

import secrets
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from gatepost.idp.application_seed import ApplicationSeed
from gatepost.idp.seed import GroupSeed, Seed, UserSeed
from gatepost.values import Clock, Secret


@dataclass(slots=True, eq=False)
class Lifecycle:
    """Active or not, and how often it was ended.

    A token remembers the ``epoch`` it was given in. Ending raises it, so what was given before
    stays dead when the application or user comes back.
    """

    active: bool = True
    epoch: int = 0

    def end(self) -> None:
        """Make it inactive, and all its tokens for good."""
        self.active = False
        self.epoch += 1

    def begin(self) -> None:
        """Make it active again; tokens from before stay dead."""
        self.active = True

    def revoke(self) -> None:
        """Kill all its tokens for good, and leave it active."""
        self.epoch += 1

    def holds(self, epoch: int) -> bool:
        """Whether what was given in an epoch still counts."""
        return self.active and self.epoch == epoch


@dataclass(slots=True, eq=False)
class Application:
    """An OAuth client; what it may do is its seed, which management may replace.

    consents: the scopes that people allowed it, by user id.
    """

    seed: ApplicationSeed = field(repr=False)
    created: float
    secret: Secret = field(init=False)
    life: Lifecycle = field(default_factory=Lifecycle)
    consents: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.secret = Secret(self.seed.secret)

    @property
    def id(self) -> str:
        """The application's id, which is also its client_id (as at Okta)."""
        return self.seed.id

    @property
    def name(self) -> str:
        """What people call it."""
        return self.seed.label or self.seed.id


@dataclass(slots=True, eq=False)
class User:
    """A person."""

    id: str
    seed: UserSeed = field(repr=False)
    created: float
    password: Secret = field(init=False)
    life: Lifecycle = field(default_factory=Lifecycle)

    def __post_init__(self) -> None:
        self.password = Secret(self.seed.password)


@dataclass(slots=True, eq=False)
class Group:
    """A group; members by user id."""

    id: str
    name: str
    description: str
    created: float
    members: set[str] = field(default_factory=set)


class TakenError(ValueError):
    """The id, login or name is in use; the text says which."""


Thing = TypeVar("Thing")


class Shelf(Generic[Thing]):
    """Things of one kind by id, in the order they came."""

    def __init__(self) -> None:
        self.by_id: dict[str, Thing] = {}

    def add(self, key: str, thing: Thing) -> Thing:
        """Keep one more; raise TakenError if the id is in use."""
        if key in self.by_id:
            raise TakenError(f"{key} exists already")
        self.by_id[key] = thing
        return thing


class Directory:
    """Everything the provider knows about who may ask."""

    def __init__(self, seed: Seed, clock: Clock) -> None:
        self._clock = clock
        self.applications: Shelf[Application] = Shelf()
        self.users: Shelf[User] = Shelf()
        self.groups: Shelf[Group] = Shelf()
        for application in seed.applications:
            self.add_application(application)
        for user in seed.users:
            self.add_user(user)
        for group in seed.groups:
            self.add_group(group)

    def add_application(self, seed: ApplicationSeed) -> Application:
        """Register an application; raise TakenError if its id is in use."""
        return self.applications.add(seed.id, Application(seed, self._clock.now()))

    def remove_application(self, application: Application) -> None:
        """Forget an application; its tokens die, also if the id is used again."""
        application.life.end()
        del self.applications.by_id[application.id]

    def replace_application(self, application: Application, seed: ApplicationSeed) -> None:
        """Give an application another seed of the same id; its tokens stay."""
        if seed.id != application.id:
            raise TakenError("an application keeps its client_id")
        application.seed, application.secret = seed, Secret(seed.secret)

    def add_user(self, seed: UserSeed) -> User:
        """Register a user; raise TakenError if the login is in use."""
        if self.user_by_login(seed.login):
            raise TakenError(f"{seed.login} exists already")
        user = User(_id("00u"), seed, self._clock.now())
        return self.users.add(user.id, user)

    def remove_user(self, user: User) -> None:
        """Forget a user; tokens given for them die."""
        user.life.end()
        del self.users.by_id[user.id]
        for group in self.groups.by_id.values():
            group.members.discard(user.id)

    def user_by_login(self, login: str) -> User | None:
        """Return the user of that login."""
        users = self.users.by_id.values()
        return next((user for user in users if user.seed.login == login), None)

    def user_who_proves(self, login: str, password: str) -> User | None:
        """Return the active user of that login and password."""
        user = self.user_by_login(login)
        # Compared also where there is no such user, so that both take the same time.
        expected = user.password if user else Secret("\x00")
        right = Secret(password) == expected
        return user if right and user is not None and user.life.active else None

    def add_group(self, seed: GroupSeed) -> Group:
        """Make a group; raise TakenError if its name is in use, KeyError for an unknown login."""
        if any(group.name == seed.name for group in self.groups.by_id.values()):
            raise TakenError(f"{seed.name} exists already")
        group = Group(_id("00g"), seed.name, seed.description, self._clock.now())
        for login in seed.users:
            user = self.user_by_login(login)
            if user is None:
                raise KeyError(login)
            group.members.add(user.id)
        return self.groups.add(group.id, group)

    def groups_of(self, user: User) -> list[str]:
        """Return the names of the user's groups."""
        return [group.name for group in self.groups.by_id.values() if user.id in group.members]


def _id(prefix: str) -> str:
    """Return an id that looks like Okta's: a kind and random letters."""
    return prefix + secrets.token_hex(9)
