"""The steps, in the order of their numbers.

Owns: what each release did to the tables; a step is never changed once it was released.
Refuses to know: the tables as they are today (``gatepost.store.database.tables``): a step that read
them would do something else next year.
Neighbours: Alembic, which finds the steps by itself.
"""

__all__: list[str] = []
