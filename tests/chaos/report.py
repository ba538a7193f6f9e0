"""A result as lines for people."""

from collections.abc import Iterator
from statistics import median

from tests.chaos.run import Result


def lines(result: Result) -> Iterator[str]:
    """The table of faults, what was lost or doubled, and how to have the same again."""
    plan = result.plan
    yield f"{'fault':<28}{'times':>6}{'caught up after, median':>26}{'most':>9}"
    for kind in sorted({fault.kind for fault in result.faults}):
        ours = [fault for fault in result.faults if fault.kind == kind]
        took = [fault.caught_up_s for fault in ours if fault.caught_up_s is not None]
        times = f"{median(took):>24.1f} s{max(took):>7.1f} s" if took else f"{'not seen':>26}"
        yield f"{kind:<28}{len(ours):>6}{times}"
    restarts = ", ".join(f"{name} {times}" for name, times in sorted(result.restarts.items())) or "none"
    yield f"started again: {restarts}"
    yield f"{result.batches} batches, {result.decisions} decisions"
    yield f"{result.records} records on coverage.persons: {result.lost} lost, {result.doubled} doubled"
    for finding in result.findings:
        yield f"FINDING {finding}"
    yield "all laws hold" if not result.findings else f"{len(result.findings)} findings"
    more = f" --plant {plan.planted}" if plan.planted else ""
    more += " --kill-broker" if plan.kill_broker else ""
    yield f"again: python -m tests.chaos --minutes {plan.minutes:g} --seed {plan.seed}{more}"
