"""A logger of its own on the handler that ships, and what it has written."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from monitoring.logs import LogForm, log_handler


class Written:
    """What went through one handler."""

    def __init__(self, form: LogForm, *, tracebacks: bool = False) -> None:
        self._stream = io.StringIO()
        self.handler = log_handler("engine-0", form, tracebacks=tracebacks, stream=self._stream)
        self.log = logging.Logger("streams.engine")
        self.log.addHandler(self.handler)

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@contextmanager
def root_as_it_was() -> Iterator[None]:
    """What ``switch_on`` changes of Python's own is put back."""
    import sys
    import threading

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = threading.excepthook, sys.unraisablehook
    root.handlers = []
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.handlers = handlers
        root.setLevel(level)
        threading.excepthook, sys.unraisablehook = hooks
