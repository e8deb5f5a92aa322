"""The products that are measured, one file each; every one of them gets one worker.

Owns: the configuration of each product, and what makes it the equal of the others.
Refuses to know: rounds, CPU time, tables.
Neighbours: bench.case says what a product offers, bench.rounds drives it.
"""

__all__: list[str] = []
