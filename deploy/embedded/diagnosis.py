"""From a dead process's last words to an error a person can act on."""

import re
import shutil
from pathlib import Path

from deploy.errors import NoSpace, PortInUse, ProcessDied
from schemas.errors import JangkauError

_PORT = re.compile(r"(?:port |:)(\d{4,5})\b[^\n]*(?:in use|bound)|in use[^\n]*?(?::|port )(\d{4,5})\b", re.I)
_TELLING = re.compile(r"\b(ERROR|FATAL|SEVERE|Exception|Error|Caused by)\b")
_STACK_FRAME = re.compile(r"^\s+(at |\.\.\. \d+ more)")
_NEWER_DATA = re.compile(r"UnsupportedVersionException: Can't read version \d+ of")
_LINES_SHOWN = 5
_NO_ROOM_BYTES = 4 << 20


def diagnose(what: str, output: str, folder: Path, log: Path | None = None) -> JangkauError:
    """The error for `what` having failed with this output; `folder` is where it keeps its data."""
    # A log on the disk that is full does not say so.
    if "No space left on device" in output or _is_full(folder):
        return NoSpace(folder, f"{what} could not write")
    bind_failed = "Address already in use" in output or "BindException" in output
    if bind_failed and (match := _PORT.search(output)):
        return PortInUse(int(match[1] or match[2]), what)
    if _NEWER_DATA.search(output):
        return ProcessDied(
            f"{what} cannot read its data: a newer release of it wrote them",
            remedy="start the version of jangkau that wrote them, or give up the data with `jangkau reset`",
        )
    words = "\n".join(f"  {line}" for line in telling_lines(output)) or "  (it printed nothing)"
    where = f"; the whole log is {log}" if log else ""
    return ProcessDied(
        f"{what} failed{where}\n{words}",
        remedy="mend what the log names and start again; `jangkau reset` gives up the data and begins anew",
    )


def _is_full(folder: Path) -> bool:
    return folder.exists() and shutil.disk_usage(folder).free < _NO_ROOM_BYTES


def telling_lines(output: str) -> list[str]:
    """The last lines that tell of a fault, else simply the last ones; stack frames left out."""
    lines = [line.rstrip() for line in output.splitlines() if line.strip() and not _STACK_FRAME.match(line)]
    telling = [line for line in lines if _TELLING.search(line)]
    return [line[:300] for line in (telling or lines)[-_LINES_SHOWN:]]
