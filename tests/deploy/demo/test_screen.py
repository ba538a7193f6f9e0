"""What the demo prints off a terminal, and on one."""

import io
import shlex
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from rich.console import Console

from deploy.cluster import Cluster
from deploy.demo.check import Finding
from deploy.demo.report import check_lines, next_lines, receipt_lines
from deploy.demo.screen import Screen
from schemas.events import BatchReceipt, RegionTotals
from schemas.ids import DirectiveId
from tests.deploy.demo.world import NOON
from tests.fakes.totals import DIRECTIVE, FakeNames, directive_totals, region_totals


class Watched:
    """What is shown."""

    published, lag, recorded, quarantined = 12_000, 34, 560, 7

    def __init__(self, covered: int) -> None:
        counts = directive_totals(100, covered, target=50)
        self.totals: Mapping[str, RegionTotals] = {
            "ID": region_totals("NATION", counts),
            "74.71": region_totals("REGENCY", counts),
        }


def _screen(*, terminal: bool) -> tuple[Screen, io.StringIO]:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=140)
    now = iter(range(1000))
    return Screen(console, FakeNames(), DirectiveId(DIRECTIVE), lambda: float(next(now))), out


def test_off_a_terminal_a_month_is_a_line_and_the_end_a_table() -> None:
    screen, out = _screen(terminal=False)
    watched = Watched(20)
    watched.published = 0
    with screen.live(watched):
        watched.published = 12_000
        screen.doing("not shown")
        screen.doing("takes long", long=True)
        screen.month_over(date(2025, 4, 1))
        watched.totals = Watched(30).totals
        screen.month_over(date(2025, 5, 1))
    screen.table()
    first, *lines = out.getvalue().splitlines()
    assert first == "takes long"
    assert lines[0].startswith("2025-04  berhak/eligible 100  terlindungi/covered 20 (20,0 %)  belum/gap 80")
    assert "karantina/quarantine 7" in lines[0]
    assert "terbit/published 12.000 (12.000/s)" in lines[0]
    assert any(line.startswith("Kota Kendari") and "+10" in line for line in lines)
    assert "not shown" not in out.getvalue()
    assert "\x1b" not in out.getvalue()


def test_on_a_terminal_the_table_moves() -> None:
    screen, out = _screen(terminal=True)
    with screen.live(Watched(20)):
        screen.today(date(2025, 4, 16))
        screen.doing("BPS menerbitkan")
    text = out.getvalue()
    assert "16 Apr 2025" in text
    assert "BPS menerbitkan" in text
    assert "Kota Kendari" in text


def test_findings_are_counted_and_shown() -> None:
    right = check_lines([Finding("benar / right", 10, 0, ())])
    wrong = check_lines([Finding("salah / wrong", 10, 2, ("abc: GAP instead of COVERED",))])
    assert right[-1] == "Semua benar. / Everything is right."
    assert wrong[-1] == "2 salah. / 2 wrong."
    assert any("abc: GAP instead of COVERED" in line for line in wrong)


def test_receipts_are_added_up() -> None:
    receipt = BatchReceipt("BPS", "dtsen.persons", 9, 5, 3, 0, 0, 1, 0, 0, True, 4, 4, NOON)
    (line,) = receipt_lines({"a": receipt, "b": receipt}, Counter())
    assert line == (
        "18 catatan/records, 2 batch: diterima/accepted 10, ganda/duplicate 6, karantina/quarantined 2"
    )


def test_what_to_try_next_depends_on_whether_the_hub_runs() -> None:
    cluster = Cluster("127.0.0.1:9092", "http://127.0.0.1:8081")
    running = next_lines(cluster, Path("/data/demo"), "0a" * 16, running=True)
    stopped = next_lines(cluster, Path("/data/demo"), None, running=False)
    assert any(line.split("#")[0].rstrip().endswith(" down") for line in running)
    assert not any(line.split("#")[0].rstrip().endswith(" up") for line in running)
    assert any(line.split("#")[0].rstrip().endswith(" up") for line in stopped)
    assert any(f"explain {'0a' * 16}" in line for line in running)
    assert not any("explain" in line for line in stopped)
    (sink,) = (line for line in stopped if "sink --once" in line)
    assert "/data/demo/view.sqlite" in sink
    (kcat,) = (shlex.split(line, comments=True) for line in stopped if "kcat" in line)
    assert kcat[:5] == ["kcat", "-C", "-e", "-b", "127.0.0.1:9092"]
    # What the registry is needed for, not every kcat can do.
    assert kcat[-2:] == ["-f", r"%k %p %o %S\n"]
    assert not {"-s", "-r"} & set(kcat)
