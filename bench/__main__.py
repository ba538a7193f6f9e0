"""`python -m bench`: measure this machine and print a table beside what the design asks for."""

import argparse
import tempfile
from pathlib import Path

from bench.report import print_report
from bench.suite import Sizes, measure
from deploy.embedded import EmbeddedStack


def main() -> None:
    """Start a broker of its own, measure, stop it."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000, help="persons in the catch-up and restore")
    parser.add_argument(
        "--restore-persons",
        type=int,
        default=5_000_000,
        help="restore once more with so many; 0: do not",
    )
    parser.add_argument("--latency-seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=int, default=10_000, help="events a second for the latency")
    chosen = parser.parse_args()
    sizes = Sizes(chosen.persons, chosen.restore_persons, chosen.latency_seconds, chosen.rate)
    with (
        tempfile.TemporaryDirectory(prefix="jangkau-bench-") as folder,
        EmbeddedStack(Path(folder), say=lambda line: print(f"  {line}", flush=True)) as stack,
    ):
        print_report(measure(stack, Path(folder), sizes))


if __name__ == "__main__":
    main()
