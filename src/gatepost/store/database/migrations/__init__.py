"""How the schema came to be, one file a step; Alembic runs what a database lacks.

Owns: what Alembic runs, and in ``versions`` the steps.
Refuses to know: when that is due, which ``gatepost.store.database.migrating`` says.
Neighbours: ``gatepost.store.database`` above.
"""

__all__: list[str] = []
