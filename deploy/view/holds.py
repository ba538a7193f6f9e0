"""Held changes and the guard that holds them, as text."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.console.holds import HeldGroup
from deploy.query.holds import GuardStanding
from deploy.view import wording
from deploy.view.numbers import count, day
from deploy.view.regions import RegionNames
from deploy.view.wording import words
from schemas.events import GuardLimitSet, Hold


def hold_lines(groups: Sequence[HeldGroup], names: RegionNames) -> list[str]:
    """Who is held where and why, counted; a total first."""
    if not groups:
        return ["Tidak ada yang ditahan. / Nobody is held."]
    waiting = sum(group.persons for group in groups if group.state == "WAITING")
    everyone = sum(group.persons for group in groups)
    return [
        f"Ditahan / held: {count(everyone)} orang / persons, menunggu keputusan / waiting {count(waiting)}",
        *(line for group in groups for line in _group(group, names)),
    ]


def person_lines(holds: Mapping[str, Hold]) -> list[str]:
    """One line a person, by token."""
    return [
        f"{token}  {hold.region:<13}  {hold.state:<8} {hold.business_date.isoformat()}  "
        + ", ".join(f"{each.directive} v{each.version}" for each in hold.directives)
        for token, hold in sorted(holds.items(), key=lambda item: (item[1].region, item[0]))
    ]


def guard_lines(standing: GuardStanding, names: RegionNames) -> list[str]:
    """What may leave on the business date of the newest grant, and who set which limit."""
    granted = standing.granted
    if standing.grant is None or granted is None:
        return [
            "Belum ada jatah; pengaman belum bekerja. / Nothing was granted yet; the guard does not work yet."
        ]
    lines = [
        f"Jatah / grant {day(granted.date)}  ({standing.grant.basis})",
        "Paling banyak yang boleh keluar karena perubahan DTSEN / the most who may leave by DTSEN changes:",
    ]
    lines += [
        f"  {names.name(share.regency)} ({share.regency}): {count(share.persons)}"
        f"{_set_by(standing, share.regency)}"
        for share in sorted(granted.at_most, key=lambda share: share.regency)
    ]
    return [*lines, f"  wilayah lain / elsewhere: {count(granted.elsewhere)} per wilayah / each"]


def guard_plain(standing: GuardStanding) -> dict[str, Any]:
    """The same for a program."""
    granted = standing.granted
    limits = {
        regency: {"persons": event.body.persons, "by": event.by, "basis": event.basis}
        for regency, event in sorted(standing.limits.items())
        if isinstance(event.body, GuardLimitSet)
    }
    if granted is None:
        return {"date": None, "at_most": {}, "elsewhere": None, "limits": limits}
    return {
        "date": granted.date.isoformat(),
        "at_most": {share.regency: share.persons for share in granted.at_most},
        "elsewhere": granted.elsewhere,
        "limits": limits,
    }


def _group(group: HeldGroup, names: RegionNames) -> list[str]:
    state = words(wording.HOLD_STATE, group.state)
    year, quarter = divmod(group.release, 10)
    days = day(group.first) if group.first == group.last else f"{day(group.first)} – {day(group.last)}"
    return [
        f"  {names.name(group.region)} ({group.region}): {count(group.persons)} "
        f"{state.indonesian} / {state.english}",
        f"      {', '.join(group.directives)}  {days}  DTSEN {year} triwulan/quarter {quarter}",
    ]


def _set_by(standing: GuardStanding, regency: str) -> str:
    event = standing.limits.get(regency)
    if event is None or not isinstance(event.body, GuardLimitSet) or event.body.persons is None:
        return ""
    return f"  ditetapkan / set by {event.by}: {event.basis}"
