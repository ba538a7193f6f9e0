"""Quarantine by reason, topic, batch or day, as text."""

from collections.abc import Sequence
from typing import Any

from deploy.query.quarantine_sums import Sum
from deploy.view.numbers import NONE, count
from deploy.view.quarantine import masked_id

_HEADS = ("", "semua / all", "menunggu / waiting", "dikirim ulang / sent again", "dibuang / discarded")


def sum_lines(sums: Sequence[Sum]) -> list[str]:
    """A table; all = waiting + sent again + discarded. A batch of which the receipt says more is marked."""
    if not sums:
        return ["Karantina kosong. / Nothing in quarantine."]
    rows = [_HEADS, *(_row(each) for each in sums)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADS))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(row[i].rjust(widths[i]) for i in range(1, len(row)))])
        for row in rows
    ]
    remarks = ["", *(remark(each) for each in sums)]
    return [f"{line}{'  ' if said else ''}{said}".rstrip() for line, said in zip(lines, remarks, strict=True)]


def remark(each: Sum) -> str:
    """Where the agency's receipt counts otherwise, and why that may be."""
    if each.receipt is None or each.receipt == each.total:
        return ""
    return f"≠ tanda terima / receipt: {count(each.receipt)}" + (
        " (> 90 hari / days)" if each.receipt > each.total else ""
    )


def sums_plain(sums: Sequence[Sum]) -> list[dict[str, Any]]:
    """The JSON form."""
    return [
        {
            "name": masked_id(each.name),
            "total": each.total,
            "waiting": each.states.get("WAITING", 0),
            "resent": each.states.get("RESENT", 0),
            "discarded": each.states.get("DISCARDED", 0),
            "receipt": each.receipt,
        }
        for each in sums
    ]


def _row(each: Sum) -> tuple[str, ...]:
    states = (each.states.get("WAITING", 0), each.states.get("RESENT", 0), each.states.get("DISCARDED", 0))
    return (masked_id(each.name) or NONE, count(each.total), *map(count, states))
