"""Bounds: the most a directive may move. What a preview exceeds, and how it differs from another."""

from collections.abc import Iterator
from dataclasses import fields

from schemas.directive import DocumentBounds
from schemas.events import Bounds, PreviewFigures, RegionMovement
from schemas.regions import Regions

_MOST_REGENCIES_TOLD = 5
_NOBODY = RegionMovement("", 0, 0, 0)


def exceeded(figures: PreviewFigures, bounds: Bounds) -> tuple[str, ...]:
    """Every bound the figures lie outside of, each with the number and the bound; empty when inside.

    Shares are of those meant in the regency now, ``leaving + staying``; where nobody is meant now
    nobody can leave, and that is inside.
    """
    found = [
        f"{name}: {_number(moved)}, more than the {_number(most)} allowed"
        for name, moved, most in (
            ("entering", figures.entering, bounds.entering),
            ("leaving", figures.leaving, bounds.leaving),
        )
        if moved > most
    ]
    by_number = [each for each in figures.regencies if each.leaving > bounds.leaving_regency]
    if by_number:
        worst = max(by_number, key=lambda each: each.leaving)
        found.append(
            f"leaving_regency: {_number(worst.leaving)} in {_place(worst.region)}, "
            f"more than the {_number(bounds.leaving_regency)} allowed{_others(by_number)}"
        )
    by_share = [each for each in figures.regencies if _over(each, bounds.leaving_regency_permille)]
    if by_share:
        worst = max(by_share, key=lambda each: each.leaving / (each.leaving + each.staying))
        found.append(
            f"leaving_regency_permille: {_number(worst.leaving)} of {_number(worst.leaving + worst.staying)} "
            f"in {_place(worst.region)}, more than the {bounds.leaving_regency_permille} "
            f"in a thousand allowed{_others(by_share)}"
        )
    return tuple(found)


def wider(bounds: Bounds, own: DocumentBounds | None) -> Iterator[tuple[str, int, int]]:
    """Each bound that lets more move than the directive's own: its name, what it says, and the most."""
    for field in fields(Bounds):
        asked = getattr(bounds, field.name)
        most = getattr(own, field.name) if own is not None else asked
        if asked > most:
            yield field.name, asked, most


def differences(approved: PreviewFigures, now: PreviewFigures) -> tuple[str, ...]:
    """What has changed since the preview that was approved: in all, and the regencies that differ most."""
    lines = [
        f"{name}: {_number(before)} when approved, {_number(after)} now"
        for name, before, after in (
            ("entering", approved.entering, now.entering),
            ("leaving", approved.leaving, now.leaving),
            ("staying", approved.staying, now.staying),
        )
        if before != after
    ]
    before = {each.region: each for each in approved.regencies}
    after = {each.region: each for each in now.regencies}
    pairs = [(code, before.get(code, _NOBODY), after.get(code, _NOBODY)) for code in before | after]
    pairs.sort(key=lambda pair: (-_apart(pair[1], pair[2]), pair[0]))
    lines += [
        f"{_place(code)}: entering {_number(then.entering)} → {_number(today.entering)}, "
        f"leaving {_number(then.leaving)} → {_number(today.leaving)}"
        for code, then, today in pairs[:_MOST_REGENCIES_TOLD]
        if _apart(then, today)
    ]
    return tuple(lines)


def _over(moved: RegionMovement, permille: int) -> bool:
    return moved.leaving * 1000 > permille * (moved.leaving + moved.staying)


def _apart(then: RegionMovement, now: RegionMovement) -> int:
    return abs(now.entering - then.entering) + abs(now.leaving - then.leaving)


def _others(regencies: list[RegionMovement]) -> str:
    more = len(regencies) - 1
    return f"; outside in {more} more {'regency' if more == 1 else 'regencies'}" if more else ""


def _place(code: str) -> str:
    name = Regions.load().name(code)
    return code if name == code else f"{code} {name}"


def _number(count: int) -> str:
    return f"{count:,}"
