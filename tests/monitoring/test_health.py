"""Verdicts: each trouble is found, none is invented."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from monitoring.health import HubSnapshot, Level, PartitionLag, ProcessView, judge
from monitoring.rules import load_rules

_ENGINE = ProcessView("engine-0", 10, alive=True, ready=True)
_CONTROL = ProcessView("control", 11, alive=True, ready=True)
_CAUGHT_UP = PartitionLag("dtsen.persons", 0, position=100, high_watermark=100, stable=100, seconds=0.0)
_WELL = HubSnapshot(
    local=True,
    processes=(_ENGINE, _CONTROL),
    lag=(_CAUGHT_UP,),
    last_commit_age_s=5.0,
    business_date=date(2026, 3, 1),
    partitions_reported=4,
    partitions=4,
)


def _level_and_text(snapshot: HubSnapshot) -> tuple[Level, str]:
    verdict = judge(snapshot)
    return verdict.level, " ".join(finding.english for finding in verdict.findings)


def test_a_well_hub_has_no_finding() -> None:
    assert judge(_WELL).level is Level.HEALTHY
    assert judge(_WELL).findings == ()


@pytest.mark.parametrize(
    ("waiting", "text"),
    [
        ({"held_directives": ("inpres-8-2025 v2",)}, "inpres-8-2025 v2 is held"),
        ({"held_persons": 12}, "12 persons are held"),
        ({"stalled_batches": {"BPS": 2}}, "2 batches of BPS are incomplete"),
    ],
)
def test_what_waits_for_people_is_said_of_a_well_hub(waiting: dict[str, Any], text: str) -> None:
    level, said = _level_and_text(replace(_WELL, **waiting))
    assert level is Level.HEALTHY
    assert text in said


@pytest.mark.parametrize(("free", "level"), [(9, Level.DEGRADED), (10, Level.HEALTHY)])
def test_a_disk_that_fills_degrades(free: int, level: Level) -> None:
    assert judge(replace(_WELL, disk=(free, 100))).level is level


def test_an_idle_hub_is_well_however_old_its_last_commit() -> None:
    assert judge(replace(_WELL, last_commit_age_s=90_000.0)).level is Level.HEALTHY


def test_quarantined_records_alone_do_not_degrade() -> None:
    assert judge(replace(_WELL, quarantined={"INVALID_KEY": 3})).level is Level.HEALTHY


@pytest.mark.parametrize(
    ("process", "text"),
    [
        (replace(_ENGINE, alive=False, ready=None), "engine-0 has ended"),
        (replace(_ENGINE, ready=None), "engine-0 does not answer"),
        (
            replace(_ENGINE, ready=False, reasons=("restoring partition 3",)),
            "not ready: restoring partition 3",
        ),
        (replace(_ENGINE, alive=False, refused=True), "without an operator"),
    ],
)
def test_a_process_in_trouble_degrades(process: ProcessView, text: str) -> None:
    level, said = _level_and_text(replace(_WELL, processes=(process, _CONTROL)))
    assert level is Level.DEGRADED
    assert text in said


def test_nothing_alive_is_down_and_said_first() -> None:
    gone = tuple(replace(process, alive=False, ready=None) for process in (_ENGINE, _CONTROL))
    verdict = judge(replace(_WELL, processes=gone))
    assert verdict.level is Level.DOWN
    assert verdict.findings[0].english == "no process of the hub runs"


def test_a_hub_elsewhere_is_judged_by_its_topics() -> None:
    assert judge(replace(_WELL, local=False, processes=())).level is Level.HEALTHY


def test_work_that_waits_too_long_degrades() -> None:
    behind = replace(_CAUGHT_UP, position=40, seconds=61.0)
    level, said = _level_and_text(replace(_WELL, lag=(_CAUGHT_UP, behind)))
    assert level is Level.DEGRADED
    assert "1 partitions behind, 60 events, the oldest for 61 s" in said
    assert judge(replace(_WELL, lag=(replace(behind, seconds=59.0),))).level is Level.HEALTHY


def test_work_without_commits_degrades_even_if_its_age_is_not_known() -> None:
    behind = replace(_CAUGHT_UP, position=40, seconds=None)
    level, said = _level_and_text(replace(_WELL, lag=(behind,), last_commit_age_s=61.0))
    assert level is Level.DEGRADED
    assert "last commit was 61 s ago" in said


def test_an_open_transaction_of_a_publisher_is_no_work_yet() -> None:
    waiting = replace(_CAUGHT_UP, high_watermark=150, seconds=None)
    assert (waiting.records, waiting.readable) == (50, 0)
    assert judge(replace(_WELL, lag=(waiting,), last_commit_age_s=500.0)).level is Level.HEALTHY


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"business_date": None}, "no business date"),
        ({"partitions_reported": 3}, "3 of 4 partitions"),
        ({"missing_topics": ("dtsen.persons",)}, "dtsen.persons does not exist"),
    ],
)
def test_what_is_not_there_yet_degrades(change: dict[str, object], text: str) -> None:
    level, said = _level_and_text(replace(_WELL, **change))  # type: ignore[arg-type]
    assert level is Level.DEGRADED
    assert text in said


def test_an_open_transaction_that_stays_is_said_with_its_runbook() -> None:
    held = replace(_CAUGHT_UP, high_watermark=105, seconds=None, open_transaction_s=150.0)
    (finding,) = judge(replace(_WELL, lag=(held,))).findings
    assert finding.english == "an open transaction has held dtsen.persons back for 150 s"
    assert finding.runbook == "JangkauInputHeldBack"
    assert judge(replace(_WELL, lag=(replace(held, open_transaction_s=60.0),))).findings == ()


def test_totals_that_were_not_read_yet_are_not_judged() -> None:
    unknown = replace(_WELL, business_date=None, partitions_reported=None, partitions=None)
    assert judge(unknown).level is Level.DEGRADED
    assert judge(replace(unknown, totals_known=False)).level is Level.HEALTHY


def test_every_runbook_that_is_named_is_there() -> None:
    down = replace(_ENGINE, alive=False, ready=None)
    restoring = replace(_ENGINE, ready=False, reasons=("restoring partition 3",))
    late = replace(_CAUGHT_UP, high_watermark=205, stable=200, seconds=90.0, open_transaction_s=200.0)
    bad = replace(
        _WELL,
        processes=(down, restoring, _CONTROL),
        lag=(late,),
        last_commit_age_s=90.0,
        partitions_reported=3,
    )
    named = {finding.runbook for finding in judge(bad).findings}
    assert named == {
        "JangkauProcessDown",
        "JangkauPartitionsUnowned",
        "JangkauVerdictsLate",
        "JangkauInputHeldBack",
        "JangkauTotalsIncomplete",
    }
    assert named <= {alert.name for alert in load_rules().alerts}


def test_an_outside_that_does_not_answer_is_said_and_nothing_is_made_up_of_the_topics() -> None:
    waiting = replace(_ENGINE, ready=False, reasons=("Kafka does not answer",))
    snapshot = HubSnapshot(local=True, processes=(waiting, _CONTROL), unanswered="listing topics: timed out")
    level, said = _level_and_text(snapshot)
    assert level is Level.DOWN
    assert "the hub waits: listing topics: timed out" in said
    assert "engine-0 is not ready: Kafka does not answer" in said
    assert "business date" not in said
