from pathlib import Path

import pytest

from schemas.errors import InvalidInput
from schemas.sealing import SealingKey


def test_what_is_sealed_opens_only_where_it_belongs() -> None:
    key = SealingKey.generate()
    sealed = key.seal(b"as it came", b"dtsen.persons/0/17")
    assert key.open(sealed, b"dtsen.persons/0/17") == b"as it came"
    with pytest.raises(InvalidInput):
        key.open(sealed, b"dtsen.persons/0/18")
    with pytest.raises(InvalidInput):
        SealingKey.generate().open(sealed, b"dtsen.persons/0/17")
    with pytest.raises(InvalidInput):
        key.open("not base64!", b"")


def test_a_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    key, path = SealingKey.generate(), tmp_path / "keys" / "sealing.key"
    key.write(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert SealingKey.read(path) == key
    with pytest.raises(InvalidInput, match="exists already"):
        SealingKey.generate().write(path)
    path.chmod(0o640)
    with pytest.raises(InvalidInput, match="read by others"):
        SealingKey.read(path)


def test_a_broken_key_file_is_named_and_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "sealing.key"
    path.write_text("0123")
    path.chmod(0o600)
    with pytest.raises(InvalidInput, match="is not a key") as error:
        SealingKey.read(path)
    assert "64 hex characters" in str(error.value.remedy)
    assert "0123" not in f"{error.value} {error.value.remedy}"
    assert repr(SealingKey.generate()) == "SealingKey()"
