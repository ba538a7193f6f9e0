"""A result as lines for people."""

from collections.abc import Iterator
from statistics import median

from tests.chaos.flat import busy
from tests.chaos.run import Plan, Result
from tests.chaos.steady import Steady


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
    if result.steady is not None:
        yield from _steady(result.steady)
    for finding in result.findings:
        yield f"FINDING {finding}"
    yield "all laws hold" if not result.findings else f"{len(result.findings)} findings"
    more = f" --plant {plan.planted}" if plan.planted else ""
    more += f" --engines {plan.engines}" if plan.engines != Plan.engines else ""
    more += f" --persons {plan.persons}" if plan.persons != Plan.persons else ""
    yield (
        f"again: python -m tests.chaos --minutes {plan.minutes:g} --steady-minutes {plan.steady_minutes:g} "
        f"--seed {plan.seed}{more}"
    )


def _steady(run: Steady) -> Iterator[str]:
    """What it saw after its warm-up."""
    yield f"steady for {run.minutes:g} minutes: {run.rate:.0f} facts a second"
    yield f"{'resident memory, MiB':<28}{'first':>8}{'last':>8}{'a minute':>11}"
    for each in run.memory:
        note = "" if each.judged else "  (Java, not judged)"
        yield f"{each.name:<28}{each.first_mb:>8.1f}{each.last_mb:>8.1f}{each.mb_a_minute:>+11.2f}{note}"
    yield f"{'fact to verdict, ms':<28}{'median':>8}{'p99':>8}{'p99 of 10 s':>13}{'verdicts':>10}{'cores':>7}"
    for name, took, effort in zip(("first third", "second", "last"), run.latencies, run.efforts, strict=True):
        shown = f"{took.median_ms:>8.0f}{took.p99_ms:>8.0f}{took.tail_ms:>13.0f}{took.verdicts:>10}"
        others = f"  (others took {effort.others:.0%} of the machine)"
        yield f"{name:<28}{shown}{effort.cores:>7.2f}{others}"
    if busy(run.efforts):
        yield "fact to verdict is not judged: others took too much of the machine"
