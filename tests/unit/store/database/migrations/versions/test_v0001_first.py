from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from gatepost.store.database import migrations
from gatepost.store.database.migrations.versions import v0001_first


def test_it_is_the_first_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_bases() == [v0001_first.revision]
    assert v0001_first.down_revision is None
