"""Command line of the chaos run. Exits with 1 if an invariant is violated."""

import argparse
import sys

from benchmarks import chaos
from benchmarks.chaos.run import run


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.chaos",
        description=chaos.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=100, help="faults; default: %(default)s")
    parser.add_argument(
        "--seed", type=int, default=1, help="of the random faults; default: %(default)s"
    )
    options = parser.parse_args()
    report = run(rounds=options.rounds, seed=options.seed)
    print(report)
    return 1 if report.violations else 0


if __name__ == "__main__":
    sys.exit(main())
