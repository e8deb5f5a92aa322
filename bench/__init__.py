"""The benchmark: Gatepost beside its peers, interleaved, on one machine.

Owns: starting each product on its own loopback port, driving all of them in turn, CPU time of
process trees, the table, the chart, and the budgets. ``python -m bench --help`` says how to run it.
Refuses to know: anything of Gatepost but its command line. What cannot be reached that way is not
measured.
Neighbours: scripts/bench installs the peers and calls this; docs/performance.md holds the numbers.
"""

__all__: list[str] = []
