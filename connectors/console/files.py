"""The files of the console, and which of them a path of the address names."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "ico": "image/x-icon",
    "webmanifest": "application/manifest+json",
}
_MARKDOWN = "text/markdown; charset=utf-8"
_INDEX = "index.html"
_RUNBOOKS = "runbooks/"
# Neither an empty nor a dotted name, so neither `..` nor what an editor leaves behind.
_FILE = re.compile(rf"(?:[A-Za-z0-9][A-Za-z0-9_-]*/)*[A-Za-z0-9][A-Za-z0-9._-]*\.({'|'.join(_TYPES)})")
_RUNBOOK = re.compile(r"runbooks/([A-Za-z0-9]+\.(?:id|en)\.md)")
_LONGEST = 200
_ETAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class Page:
    """One file as it is served."""

    content: bytes
    media_type: str
    etag: str


class Pages:
    """Files of two folders: the console's own, and the runbooks of alerts below ``runbooks/``."""

    def __init__(self, console: Path, runbooks: Path) -> None:
        self._console, self._runbooks = console.resolve(), runbooks.resolve()
        self._known: dict[Path, tuple[tuple[int, int], Page]] = {}

    def find(self, path: str) -> Page | None:
        """The file of a path below ``/console/``, the first page for none; ``None`` for what is not there.

        It reads the disk; a file that was changed is read anew.
        """
        named = path or _INDEX
        if len(named) > _LONGEST:
            return None
        if runbook := _RUNBOOK.fullmatch(named):
            return self._read(self._runbooks, runbook[1], _MARKDOWN)
        if named.startswith(_RUNBOOKS):
            return None
        known = _FILE.fullmatch(named)
        return self._read(self._console, named, _TYPES[known[1]]) if known else None

    def _read(self, folder: Path, name: str, media_type: str) -> Page | None:
        try:
            file = (folder / name).resolve(strict=True)
            if not file.is_relative_to(folder) or not file.is_file():
                return None
            found = file.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            known = self._known.get(file)
            if known is None or known[0] != stamp:
                content = file.read_bytes()
                etag = f'"{hashlib.blake2b(content, digest_size=_ETAG_BYTES).hexdigest()}"'
                known = self._known[file] = (stamp, Page(content, media_type, etag))
        except OSError:
            return None
        return known[1]
