"""What Alembic runs to run the steps: on the connection that it was given."""

from alembic import context


def run() -> None:
    """Run the steps within the connection's own transaction."""
    context.configure(connection=context.config.attributes["connection"], target_metadata=None)
    context.run_migrations()


# Alembic loads this file by its path, under this name; an import must do nothing.
if __name__ == "env_py":
    run()
