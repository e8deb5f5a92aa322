"""Brings a database to the schema of this Gatepost, or refuses one of a newer Gatepost."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from gatepost.values import By, Fault

_FOLDER = Path(__file__).parent / "migrations"


def migrate(connection: Connection) -> None:
    """Run what is missing, in the connection's transaction.

    Raises Fault (operator) ``database.newer`` when the database has been migrated further than this
    version of Gatepost knows.
    """
    # it tells each of its steps to whoever reads the log of a control plane
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    present = set(MigrationContext.configure(connection).get_current_heads())
    if present == set(scripts.get_heads()):
        return
    if present - {script.revision for script in scripts.walk_revisions()}:
        raise Fault(
            "database.newer",
            "The database was written by a newer Gatepost. Install that version again, or restore "
            "the backup from before the upgrade.",
            by=By.OPERATOR,
            cause=f"its schema is {', '.join(sorted(present))}",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
