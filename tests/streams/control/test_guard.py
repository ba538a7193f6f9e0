"""The guard's grants: one for each business date, raised or lowered by command, and decisions on holds."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from schemas.events import Command, GuardGranted, GuardLimitSet, HoldsDecided, RegionTotals
from schemas.names import COVERAGE_REGIONS
from tests.streams.control.builders import RULES, Bench, advance, command
from tests.streams.control.counts import partial, region

TOKEN = "0" * 30 + "a1"


@pytest.fixture
def bench() -> Bench:
    """Kendari has 3,000 persons who are meant, Konawe 300."""
    made = Bench()
    made.start()
    made.command("c0", advance("2026-01-05"))
    for number in (0, 1):
        made.partial(partial(number, (region("74.71", 2000, 1500), region("74.02", 400, 150))))
    return made


def granted(bench: Bench) -> GuardGranted:
    held = bench.log.folded().granted()
    assert held is not None
    return held.body


def shares(bench: Bench) -> dict[str, int]:
    return {share.regency: share.persons for share in granted(bench).at_most}


def set_guard(regency: str, persons: int | None) -> Command:
    return command("SET_GUARD", {"regency": regency, "persons": persons})


def test_a_grant_follows_each_date_at_once(bench: Bench) -> None:
    bench.advance("2026-01-06")
    subjects = [each.event.subject for each in bench.log.control][-2:]
    assert subjects == ["date", "guard"]
    event = bench.log.control[-1].event
    assert (event.version, event.step) == (date(2026, 1, 6).toordinal(), 0)
    assert granted(bench).date == date(2026, 1, 6)
    # 20 in a thousand of 3,000; of 300 that is 6, and at least 25 may leave anywhere.
    assert shares(bench) == {"74.71": 60, "74.02": 25}
    assert granted(bench).elsewhere == 25


def test_the_first_date_is_granted_before_anyone_is_counted() -> None:
    bench = Bench()
    bench.start()
    assert bench.bodies(GuardGranted) == []
    bench.command("c0", advance("2026-01-05"))
    assert granted(bench) == GuardGranted(date(2026, 1, 5), (), 25)
    bench.restart()
    assert len(bench.bodies(GuardGranted)) == 1


def test_a_hub_that_has_a_date_and_no_grant_gets_one_when_it_opens(bench: Bench) -> None:
    bench.log.control = [each for each in bench.log.control if each.event.subject != "guard"]
    bench.restart()
    assert shares(bench) == {"74.71": 60, "74.02": 25}


def test_a_limit_holds_from_the_current_date_on(bench: Bench) -> None:
    bench.advance("2026-01-06")
    bench.command("a", set_guard("74.71", 5))
    assert bench.outcomes("a")[0].result == "ACCEPTED"
    assert shares(bench) == {"74.71": 5, "74.02": 25}
    event = bench.log.control[-1].event
    assert (event.subject, event.version, event.step) == ("guard", date(2026, 1, 6).toordinal(), 1)
    bench.command("b", set_guard("91.71", 0))
    assert shares(bench) == {"74.71": 5, "74.02": 25, "91.71": 0}
    bench.advance("2026-01-07")
    assert shares(bench) == {"74.71": 5, "74.02": 25, "91.71": 0}
    bench.command("c", set_guard("74.71", None))
    assert shares(bench)["74.71"] == 60
    assert [(each.regency, each.persons) for each in bench.bodies(GuardLimitSet)] == [
        ("74.71", 5),
        ("91.71", 0),
        ("74.71", None),
    ]


def test_what_was_granted_elsewhere_stays_for_the_day(bench: Bench) -> None:
    """Counts move during the day; part of what was granted may be spent by then."""
    bench.advance("2026-01-06")
    for number in (0, 1):
        bench.partial(partial(number, (region("74.71", 2000, 15_000),), at=(0, 11, 9)))
    bench.command("a", set_guard("74.02", 7))
    assert shares(bench) == {"74.71": 60, "74.02": 7}
    bench.advance("2026-01-07")
    assert shares(bench)["74.71"] == 600


def test_the_largest_directive_counts_not_the_sum(bench: Bench) -> None:
    totals = bench.desk.totals.said["74.71"]
    twice = replace(totals, directives=(*totals.directives, replace(totals.directives[0], eligible=5_000)))
    bench.log.topics[COVERAGE_REGIONS].append(("74.71", twice))
    bench.restart()
    assert isinstance(bench.desk.totals.said["74.71"], RegionTotals)
    bench.command("c1", advance("2026-01-06"))
    assert shares(bench)["74.71"] == 100


def test_without_the_tables_in_force_nothing_is_granted() -> None:
    bench = Bench(replace(RULES, tables=lambda version: None))
    bench.start()
    bench.command("c0", advance("2026-01-05"))
    assert bench.bodies(GuardGranted) == []
    bench.wait(3)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"regency": "99.99", "persons": 1}, "payload.regency: no such region; use the Kemendagri code"),
        ({"regency": "7471010101900000", "persons": 1}, "payload.regency: no such region"),
        ({"regency": "ID", "persons": 1}, "payload.regency: no such region"),
        ({"regency": "74", "persons": 1}, "payload.regency: names no regency or city"),
        ({"regency": "74.71.01", "persons": 1}, "payload.regency: names no regency or city"),
        ({"regency": "74.71", "persons": -1}, "payload.persons: "),
        ({"regency": "74.71"}, "payload.persons: "),
    ],
)
def test_a_limit_that_makes_no_sense(bench: Bench, payload: dict[str, Any], reason: str) -> None:
    bench.command("a", command("SET_GUARD", payload))
    (outcome,) = bench.outcomes("a")
    assert outcome.result == "REFUSED"
    assert outcome.reasons[0].startswith(reason)
    assert "7471010101900000" not in "".join(outcome.reasons)
    assert bench.bodies(GuardLimitSet) == []


@pytest.mark.parametrize(
    ("region_code", "person"), [("ID", None), ("74", None), ("74.71", TOKEN), ("74.71.01", None)]
)
def test_holds_are_decided_by_region_or_for_one_person(
    bench: Bench, region_code: str, person: str | None
) -> None:
    payload = {"decision": "RELEASED", "region": region_code, "person": person}
    bench.command("a", command("DECIDE_HOLDS", payload, basis="Surat 12/2026"))
    assert bench.outcomes("a")[0].result == "ACCEPTED"
    event = bench.log.control[-1].event
    assert (event.subject, event.version, event.step) == ("holds:a", 1, 0)
    assert (event.by, event.basis) == ("operator", "Surat 12/2026")
    assert event.body == HoldsDecided("RELEASED", region_code, person)
    bench.command("b", command("DECIDE_HOLDS", {**payload, "decision": "REFUSED"}))
    assert len(bench.bodies(HoldsDecided)) == 2


def test_holds_nobody_can_mean(bench: Bench) -> None:
    payload = {"decision": "FORGOTTEN", "region": "74"}
    bench.command("a", command("DECIDE_HOLDS", payload))
    assert bench.outcomes("a")[0].reasons[0].startswith("payload.decision: ")
    bench.command(
        "b",
        command("DECIDE_HOLDS", {"decision": "REFUSED", "region": "99", "person": "7471010101900000"}, by=""),
    )
    assert bench.outcomes("b")[0].reasons == (
        "by: must not be empty",
        "payload.region: no such region; use the Kemendagri code, as 74 or 74.71, or ID for all",
        "payload.person: is no person token: 32 lower-case hex characters, never a NIK",
    )
    assert bench.bodies(HoldsDecided) == []
