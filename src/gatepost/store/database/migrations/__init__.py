"""How the schema came to be, one file a step; Alembic runs what a database lacks.

Owns: the steps, each of which is never changed once it was released.
Refuses to know: the tables as they are today (``gatepost.store.database.tables``): a step that
read them would do something else next year.
Neighbours: ``gatepost.store.database.migrating`` runs them when a database is opened.
"""
