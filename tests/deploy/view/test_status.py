"""The status as text."""

from datetime import date

from deploy.view.status import status_lines
from monitoring.health import HubSnapshot, NationTotals, PartitionLag, ProcessView, judge

_SNAPSHOT = HubSnapshot(
    local=True,
    processes=(
        ProcessView("kafka", 9, alive=True, ready=True),
        ProcessView("engine-0", 10, alive=True, ready=True, uptime_s=300.0, restarts=1),
        ProcessView("control", None, alive=False, ready=None),
    ),
    lag=(
        PartitionLag("dtsen.persons", 0, position=5, high_watermark=5, stable=5, seconds=0.0),
        PartitionLag("dtsen.persons", 1, position=5, high_watermark=1505, stable=1005, seconds=75.0),
        PartitionLag("bpjs.memberships", 0, position=5, high_watermark=5, stable=5, seconds=0.0),
    ),
    last_commit_age_s=2.0,
    quarantined={"INVALID_KEY": 1200, "UNDECODABLE": 3},
    business_date=date(2026, 3, 1),
    directives=("inpres-8-2025 v1",),
    nation=(NationTotals("inpres-8-2025", 3000, 900, 2100, 2000),),
    partitions_reported=4,
    partitions=4,
)


def _text(snapshot: HubSnapshot) -> str:
    return "\n".join(status_lines(snapshot, judge(snapshot)))


def test_the_verdict_comes_first_with_its_findings() -> None:
    lines = _text(_SNAPSHOT).splitlines()
    assert lines[0] == "Hub: TERGANGGU / degraded"
    assert "  ! control berhenti" in lines[:6]
    assert "    control has ended" in lines[:6]


def test_processes_say_whether_they_can_work() -> None:
    text = _text(_SNAPSHOT)
    engine = next(line for line in text.splitlines() if line.startswith("  engine-0"))
    assert " ".join(engine.split()) == "engine-0 pid 10 siap / ready sejak 5 mnt, dimulai ulang 1×"
    control = next(line for line in text.splitlines() if line.startswith("  control "))
    assert control.split() == ["control", "pid", "–", "berhenti", "/", "ended"]


def test_lag_is_shown_by_topic_and_where_it_is() -> None:
    lines = [line.split() for line in _text(_SNAPSHOT).splitlines()]
    assert ["dtsen.persons", "1.500", "peristiwa", "/", "events", "75", "s"] in lines
    assert ["bpjs.memberships", "0", "peristiwa", "/", "events", "0,0", "s"] in lines
    assert ["1", "1.500", "75", "s", "(500", "belum", "di-commit", "/", "uncommitted)"] in lines
    assert not any(line[:2] == ["0", "0"] for line in lines)


def test_coverage_and_quarantine() -> None:
    text = _text(_SNAPSHOT)
    assert "tanggal bisnis / business date: 1 Mar 2026" in text
    assert "terlindungi/covered 900, belum/gap 2.100, target 2.000, capaian/reached 45,0 %" in text
    assert "Karantina / quarantine (24 jam terakhir): 1.203" in text
    assert "INVALID_KEY" in text
    assert "kunci bukan token orang / the key is no person token" in text


def test_a_hub_of_which_nothing_is_known_yet_still_prints() -> None:
    text = _text(HubSnapshot(local=False, processes=()))
    assert "none on this machine" in text
    assert "last commit: –" in text
