"""Drafts on disk: sealed, each in its own place."""

from pathlib import Path

import pytest

from deploy.repair.drafts import Drafts
from schemas.errors import InvalidInput
from schemas.sealing import SealingKey

ORIGIN = "dtsen.persons/3/1204"
NIK = "7471010101900000"


def test_a_draft_is_kept_replaced_and_forgotten(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "repairs", SealingKey.generate())
    assert drafts.read(ORIGIN) is None
    drafts.write(ORIGIN, "first")
    drafts.write(ORIGIN, f"ĉ {NIK}")
    assert drafts.read(ORIGIN) == f"ĉ {NIK}"
    drafts.remove(ORIGIN)
    drafts.remove(ORIGIN)
    assert drafts.read(ORIGIN) is None
    assert list((tmp_path / "repairs").iterdir()) == []


def test_nobody_else_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "repairs"
    Drafts(folder, SealingKey.generate()).write(ORIGIN, NIK)
    (file,) = folder.iterdir()
    assert NIK.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    with pytest.raises(InvalidInput, match="seal"):
        Drafts(folder, SealingKey.generate()).read(ORIGIN)


def test_a_draft_that_was_moved_to_another_record_does_not_open(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path, SealingKey.generate())
    drafts.write(ORIGIN, "x")
    (file,) = tmp_path.iterdir()
    file.rename(tmp_path / "dtsen.persons-3-1205.sealed")
    with pytest.raises(InvalidInput, match="seal"):
        drafts.read("dtsen.persons/3/1205")
