"""`make chaos`: torment a hub for some minutes, then check every person; then a steady run without faults."""

import argparse
import random
import sys
import time
from pathlib import Path

from tests.chaos.planted import KINDS
from tests.chaos.report import lines
from tests.chaos.run import Plan, play


def main() -> int:
    """0: all laws hold. 1: they do not. 130: Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long faults come (default 10)")
    parser.add_argument(
        "--steady-minutes", type=float, default=10.0, help="how long the steady run is (default 10; 0: none)"
    )
    parser.add_argument("--seed", type=int, help="the same faults in the same order (default: a new one)")
    parser.add_argument("--engines", type=int, default=3)
    parser.add_argument("--persons", type=int, default=300)
    parser.add_argument("--plant", choices=sorted(KINDS), help="a fault of ours, which must be found")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="an empty folder for data and logs, kept")
    given = parser.parse_args()
    if 0 < given.steady_minutes < 1:
        parser.error("a steady run takes a minute at least")
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    plan = Plan(
        given.minutes,
        seed,
        given.engines,
        given.persons,
        given.plant,
        steady_minutes=0.0 if given.plant else given.steady_minutes,
    )
    begun = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - begun:6.1f} s  {line}", flush=True)

    try:
        result = play(plan, say, given.keep)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    print("\n".join(["", *lines(result)]))
    return 1 if result.findings else 0


if __name__ == "__main__":
    sys.exit(main())
