"""Fences are counted over restarts."""

from pathlib import Path

from deploy.compose.fences import FenceCount


def test_the_next_engine_of_the_slot_counts_on(tmp_path: Path) -> None:
    path = tmp_path / "engine" / "fenced-0"
    assert FenceCount(path).read() == 0
    FenceCount(path).add()
    FenceCount(path).add()
    assert FenceCount(path).read() == 2
    assert FenceCount(tmp_path / "engine" / "fenced-1").read() == 0


def test_what_cannot_be_read_or_written_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "fenced-0"
    path.write_text("many")
    assert FenceCount(path).read() == 0
    path.unlink()
    path.mkdir()
    FenceCount(path).add()
    assert FenceCount(path).read() == 0
