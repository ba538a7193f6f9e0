from pathlib import Path

from deploy.lockfile import take_lock


def test_one_holds_it_until_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "lock"
    first = take_lock(path)
    assert first is not None
    assert take_lock(path) is None
    assert take_lock(path, wait_s=0.05) is None
    first.close()
    again = take_lock(path)
    assert again is not None
    again.close()
