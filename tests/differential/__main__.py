"""``python -m tests.differential --seed N [--cases N]``: run one seed again, or a random one."""

import argparse
import random
import sys

import uvloop

from tests.differential.run import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.differential", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--cases", type=int, default=20_000)
    options = parser.parse_args()
    outcome = uvloop.run(run(options.seed, options.cases))
    print(outcome)
    for difference in outcome.differences:
        print(difference)
    return 1 if outcome.differences else 0


if __name__ == "__main__":
    sys.exit(main())
