"""A plugin whose Config holds a field of every kind."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from gatepost.plugin.old_name import OldName
from gatepost.plugin.plugin import Bound, Config, Plugin, Site
from gatepost.plugin.shape import Like


class Server(BaseModel):
    host: str = Field("localhost", description="Host.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(80, description="Port.")
    password: str | None = Field(None, description="Password.", repr=False)


class Later(BaseModel):
    key: str | None = Field(None, description="A key.", repr=False)
    on: bool = Field(False, description="A switch.")


class AllKinds(Config):
    name: Annotated[str, Field(min_length=1, max_length=9)] = Field(..., description="A text.")
    mode: Literal["a", "b"] = Field("a", description="A choice.")
    count: Annotated[int, Field(ge=1)] = Field(3, description="A whole number.")
    rate: Annotated[float, Field(gt=0)] | None = Field(1.0, description="A number.")
    on: bool = Field(True, description="A switch.")
    words: tuple[str, ...] | None = Field(("x",), description="A list.")
    methods: frozenset[Literal["GET", "POST"]] = Field(frozenset(), description="A set.")
    headers: dict[str, str] = Field({}, description="A map.", repr=False)
    limits: dict[str, int] | None = Field(None, description="Another map.")
    anything: Any = Field(None, description="Anything.")
    server: Server = Field(Server(), description="A record.")
    spare: Server | None = Field(None, description="A record, or none.")
    servers: tuple[Server, ...] = Field((), description="A list of records.")
    either: int | Server | None = Field(None, description="One of two.")
    later: Annotated[dict[str, Any], Like(Later)] | None = Field(
        None, description="Described by a record.", json_schema_extra={"filled": True}
    )
    keys: tuple[str, ...] | None = Field(None, description="Keys.", repr=False)


class Kinds(Plugin[AllKinds]):
    name = "kinds"
    priority = 7
    Config = AllKinds
    old_names = (
        OldName("host", ("server", "host")),
        OldName("password", ("server", "password")),
        OldName("word", ("words",), single=True),
        OldName("gone", default=4, kind="number"),
    )

    def bind(self, config: AllKinds, site: Site) -> Bound:
        return Bound()


kinds = Kinds()
