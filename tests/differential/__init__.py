"""The differential test: what nginx answers from memory is what a fresh evaluation would give.

How it works. A seed generates plans (``plans.py``) made of the plugins in ``plugins.py``: a reader
whose decision is a function of what it declared, doors that authenticate, and a hostile one that
reads what it did not declare. A real nginx with two workers routes them, and a process with the
product's own authorizer (``process.py``) answers its questions. Requests are generated as bytes
(``requests.py``), each a small step away from another: a spelling, a duplicate, an absence. They go
over persistent connections (``client.py``), several times each and mixed, while tags are revoked
and routes change their plans. The upstream (``upstream.py``) keeps what arrived.

``oracle.py`` works out, from the bytes alone, what should have been answered and what should have
arrived: Python's extractor, a fresh evaluation, and the edits applied to the request. ``run.py``
compares. A request that overlaps a revocation or a switch may be answered by the rules before or
after; one that began later, only by those after. And whatever a fresh evaluation would not remember
must have been asked: the process tells which requests it was asked about.

Replay. A failure names its seed; ``python -m tests.differential --seed N --cases N`` runs it again.
The order in which answers come back is not part of the seed, so a race may need several runs.
"""
