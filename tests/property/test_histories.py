"""Random histories on the in-memory log, and those that were kept because something once broke of them."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.property.histories.machine import Histories
from tests.property.histories.play import play

KEPT = sorted((Path(__file__).parent / "regressions").glob("*.txt"))
EXAMPLES = int(os.environ.get("HISTORIES", "60"))
STEPS = int(os.environ.get("HISTORIES_STEPS", "25"))

TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.stem)
def test_a_history_that_broke_something_once(kept: Path) -> None:
    play(kept.read_text().splitlines())
