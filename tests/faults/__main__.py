"""Run a drill from the command line; the last line says orders, faults, lost and duplicates."""

import argparse
import sys

from tests.faults import storm
from tests.faults.drill import drill, short, whole


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--short", action="store_true", help="the drill that make test runs")
    parser.add_argument("--orders", type=int, default=12_000)
    parser.add_argument("--faults", type=int, default=storm.EVERY)
    parser.add_argument("--seed", type=int, default=7)
    told = parser.parse_args()
    plan = short(told.seed) if told.short else whole(told.orders, told.faults, told.seed)
    outcome = drill(plan)
    for name, seconds in sorted(outcome.recovered.items()):
        sys.stdout.write(f"longest recovery after {name}: {seconds:.0f} s\n")
    broken = outcome.faults_found()
    for each in broken:
        sys.stdout.write(f"broken promise: {each}\n")
    sys.stdout.write(f"{outcome.line()}\n")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
