"""Checked partitions of the state, as text."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from deploy.query.state import CheckedPartition
from deploy.view.numbers import NONE, count

_MIB = 1 << 20


def partition_line(one: CheckedPartition) -> str:
    """One partition in a line; each fault below it."""
    compared = NONE if one.compared is None else count(one.compared)
    verdict = "utuh / whole" if one.whole else "RUSAK / DAMAGED"
    head = (
        f"{one.number:>3}  {verdict:<16}  {count(one.persons):>12} orang / persons  "
        f"{one.bytes / _MIB:>8.1f} MiB  {compared} dibandingkan / compared"
    )
    faults = [line for fault in one.faults for line in (f"     {fault.what}", f"     → {fault.remedy}")]
    return "\n".join([head, *faults])


def summary_line(found: Sequence[CheckedPartition]) -> str:
    """All of them together."""
    damaged = [str(one.number) for one in found if not one.whole]
    if damaged:
        return f"Partisi rusak / damaged partitions: {', '.join(damaged)}"
    return f"Keadaan utuh / the state is whole: {count(sum(one.persons for one in found))} orang / persons."


def as_plain(one: CheckedPartition) -> dict[str, Any]:
    """The JSON form."""
    return {**asdict(one), "whole": one.whole}
