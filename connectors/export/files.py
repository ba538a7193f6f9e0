"""A list becomes a file in one step: whoever looks finds the whole of it, or nothing new."""

import errno
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Literal

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from connectors.export.table import as_cells
from schemas.errors import InvalidInput, JangkauError, Retryable

Format = Literal["csv", "parquet"]
METADATA = b"jangkau"
"""Key of the list's description in the metadata of a Parquet file."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_OWNER_ONLY = 0o600


def write_list(file: BinaryIO, table: pa.Table, form: Format, about: Mapping[str, Any]) -> None:
    """Write the list. Parquet carries what it is ``about``; CSV has a header and every cell in quotes."""
    if form == "parquet":
        text = json.dumps(about, ensure_ascii=False).encode()
        pq.write_table(table.replace_schema_metadata({METADATA: text}), file, compression="zstd")
        return
    arrow_csv.write_csv(as_cells(table), file, arrow_csv.WriteOptions(quoting_style="all_valid"))


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that appears as ``path``, replacing what is there, when the block ends well; else nothing does.

    Only its owner may read it. Until then it is ``.NAME.part`` beside it; that of a killed process is
    taken over by the next. Raises ``InvalidInput`` where nothing can be written or another writes just
    now, ``Retryable`` for a full disk.
    """
    part = path.with_name(f".{path.name}.part")
    if path.is_dir():
        raise InvalidInput(f"{path} is a folder", remedy="Name the file to write.")
    with _translated(path):
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, _OWNER_ONLY)
        with os.fdopen(handle, "w+b") as file:
            _claim(file, part, path)
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                part.replace(path)
            except BaseException:
                with suppress(OSError):
                    part.unlink()
                raise


def _claim(file: BinaryIO, part: Path, path: Path) -> None:
    """Have the part for oneself, empty. Whoever was faster may just have renamed what we opened."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        ours = os.stat(part).st_ino == os.fstat(file.fileno()).st_ino
    except OSError:
        ours = False
    if not ours:
        raise InvalidInput(f"another export is writing {path}", remedy="Wait for it, or name another file.")
    os.fchmod(file.fileno(), _OWNER_ONLY)
    file.truncate(0)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except JangkauError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise Retryable(f"no space to write {path}", remedy="Make room, then export again.") from None
        raise InvalidInput(f"{path} cannot be written: {error.strerror or 'unknown cause'}") from None
