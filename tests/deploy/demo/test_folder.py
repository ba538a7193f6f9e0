"""Which folder the demo empties, and from which day on it can be played."""

from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from deploy.demo.folder import DemoFolder
from deploy.demo.play import DemoOptions, run_demo
from deploy.demo.screen import Screen
from deploy.errors import HubRunning
from deploy.settings import load_settings
from deploy.supervision.record import RunFolder
from schemas.errors import InvalidInput
from schemas.ids import DirectiveId
from tests.fakes.totals import FakeNames


def test_the_data_folder_of_an_earlier_demo_is_used_again(tmp_path: Path) -> None:
    first = DemoFolder.of(tmp_path)
    assert first.path == tmp_path / "demo"
    first.clear()
    assert DemoFolder.of(first.path) == DemoFolder.of(tmp_path) == first


def test_another_folder_named_demo_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "demo" / "keys").mkdir(parents=True)
    assert DemoFolder.of(tmp_path / "demo").path == tmp_path / "demo" / "demo"


@pytest.mark.parametrize(("today", "months"), [(date(2026, 3, 31), 12), (date(2025, 4, 30), 1)])
def test_what_lies_ahead_of_the_clock_is_not_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, today: date, months: int
) -> None:
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path / "demo"))
    screen = Screen(Console(), FakeNames(), DirectiveId("inpres-8-2025"))
    options = DemoOptions(0.005, 1, months, keep=False, stay=False, engines=1, today=today)
    with pytest.raises(InvalidInput, match=f"clock shows {today}"):
        run_demo(load_settings(), options, screen)
    assert list(tmp_path.iterdir()) == []


def test_the_day_after_the_last_month_is_late_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path))
    screen = Screen(Console(), FakeNames(), DirectiveId("inpres-8-2025"))
    options = DemoOptions(0.005, 1, 12, keep=False, stay=False, engines=1, today=date(2026, 4, 1))
    # What is asked next: whether another hub is at work there.
    run = RunFolder(tmp_path / "run")
    run.path.mkdir()
    lock = run.take_lock()
    assert lock is not None
    with lock, pytest.raises(HubRunning):
        run_demo(load_settings(), options, screen)
