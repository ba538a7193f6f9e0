"""From totals to what a page shows of a region."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from connectors.console.bodies import (
    DirectiveLine,
    DirectiveName,
    Named,
    Place,
    PlaceInFull,
    PlaceLevel,
    Step,
    TotalsAnswer,
    TrendAnswer,
    TrendPoint,
)
from connectors.console.documents import Documents
from connectors.console.totals import by_directive
from connectors.console.trend import Point
from schemas.events import DirectiveTotals, Discrepancies, RegionTotals
from schemas.names import NATION
from schemas.regions import Regions

_NO_DISCREPANCIES = Discrepancies(0, 0, 0, 0, 0)
_PROVINCE_CHARS = 2


def places(regions: Regions) -> frozenset[str]:
    """The codes that have totals: the nation, provinces, regencies."""
    return frozenset((NATION, *(each.text for each in (*regions.provinces, *regions.regencies))))


def totals_answer(
    code: str, totals: Mapping[str, RegionTotals], documents: Documents, regions: Regions
) -> TotalsAnswer:
    """One region with its neighbours. Where nobody is counted the nation's totals say as of when."""
    own = totals.get(code)
    told = own or totals.get(NATION)
    return TotalsAnswer(
        as_of=told.updated_at if told else None,
        business_date=told.business_date if told else None,
        complete=told is not None and told.partitions_reported >= told.partitions,
        partitions_reported=told.partitions_reported if told else None,
        partitions=told.partitions if told else None,
        control_offset=told.control_offset if told else None,
        directives=_names((totals.get(NATION), own), documents),
        region=PlaceInFull(
            **_place(code, own, regions).model_dump(),
            discrepancies=asdict(own.discrepancies if own else _NO_DISCREPANCIES),
        ),
        parents=[Named(code=each, name=regions.name(each)) for each in _above(code)],
        children=[_place(each, totals.get(each), regions) for each in _below(code, regions)],
    )


def trend_answer(
    code: str,
    directive: str,
    points: Iterable[Point],
    totals: Mapping[str, RegionTotals],
    documents: Documents,
) -> TrendAnswer:
    """The days of one directive in one region, and what is to be reached when."""
    own = totals.get(code)
    line = by_directive(own).get(directive) if own else None
    document = documents.get(directive, line.version) if line else None
    steps = [
        Step(date=target.date, target=target.persons)
        for target in sorted(document.targets if document else (), key=lambda each: each.date)
        if target.region.text == code
    ]
    shown = [TrendPoint(**asdict(point)) for point in points]
    return TrendAnswer(
        as_of=own.updated_at if own else None,
        directive=directive,
        region=code,
        points=shown,
        target=line.target if line else None,
        target_date=line.target_date if line else None,
        steps=steps,
        since=shown[0].date if shown else None,
    )


def _names(totals: Iterable[RegionTotals | None], documents: Documents) -> list[DirectiveName]:
    named = {(each.directive, each.version) for total in totals if total for each in total.directives}
    found = []
    for directive, version in sorted(named):
        document = documents.get(directive, version)
        title, programs = (document.title, list(document.requires)) if document else (None, [])
        found.append(DirectiveName(directive=directive, version=version, title=title, programs=programs))
    return found


def _place(code: str, total: RegionTotals | None, regions: Regions) -> Place:
    return Place(
        code=code,
        name=regions.name(code),
        level=_level(code),
        population=regions.population(code),
        persons=total.persons if total else 0,
        directives=[_line(each) for each in total.directives] if total else [],
    )


def _line(each: DirectiveTotals) -> DirectiveLine:
    return DirectiveLine(
        directive=each.directive,
        version=each.version,
        eligible=each.eligible,
        covered=each.covered,
        gap=each.gap,
        reasons={
            "NEVER_REGISTERED": each.never_registered,
            "MEMBERSHIP_ENDED": each.membership_ended,
            "PROGRAM_PARTIAL": each.program_partial,
            "IN_ARREARS": each.in_arrears,
            "LAPSED": each.lapsed,
        },
        held=each.held,
        lapsing=each.lapsing_30_days,
        incomplete_data=each.incomplete_data,
        target=each.target,
        target_date=each.target_date,
    )


def _level(code: str) -> PlaceLevel:
    if code == NATION:
        return "nation"
    return "province" if len(code) == _PROVINCE_CHARS else "regency"


def _above(code: str) -> tuple[str, ...]:
    level = _level(code)
    if level == "nation":
        return ()
    return (NATION,) if level == "province" else (NATION, code[:_PROVINCE_CHARS])


def _below(code: str, regions: Regions) -> list[str]:
    level = _level(code)
    if level == "nation":
        return [each.text for each in regions.provinces]
    return [each.text for each in regions.regencies_of(code)] if level == "province" else []
