"""Logging of a process switched on: one handler, through which everything goes."""

import logging
import sys
import threading
from types import TracebackType
from typing import IO, Any, Literal

from monitoring.logs.filters import OnceInAWhile, Whole
from monitoring.logs.formats import JsonFormat, TextFormat

LogForm = Literal["text", "json"]

# Of libraries only what someone may have to act on; our own lines say the rest.
_QUIET = ("aiokafka", "asyncio", "faust", "httpcore", "httpx", "mode")

log = logging.getLogger(__name__)


class _Handler(logging.StreamHandler[Any]):
    """A line that cannot be written says only that: logging itself would print it with its arguments."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        kind = sys.exc_info()[0]
        try:
            self.stream.write(f"a line of {record.name} was not written: {kind.__name__ if kind else ''}\n")
        except (OSError, ValueError):
            return  # nowhere to say it


def log_handler(
    process: str, form: LogForm, *, tracebacks: bool, stream: IO[str] | None = None
) -> logging.Handler:
    """A handler that writes lines of ``process`` to ``stream``, by default standard error."""
    handler = _Handler(stream)
    handler.setFormatter(JsonFormat(process) if form == "json" else TextFormat(process))
    handler.addFilter(Whole(tracebacks=tracebacks))
    handler.addFilter(OnceInAWhile())
    return handler


def switch_on(handler: logging.Handler, level: str) -> None:
    """Send every line of this process from ``level`` on to this handler alone, those of libraries too."""
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    # Both would print a traceback of their own.
    threading.excepthook = _in_thread
    sys.unraisablehook = _unraisable


def guard_last_resort() -> None:
    """Mask what a command writes that has switched no logging on."""
    if logging.lastResort is not None and not logging.lastResort.filters:
        logging.lastResort.addFilter(Whole(tracebacks=False))


def _in_thread(args: threading.ExceptHookArgs) -> None:
    name = args.thread.name if args.thread is not None else "?"
    log.error("thread %s has ended", name, exc_info=_info(args.exc_value, args.exc_traceback))


def _unraisable(args: Any) -> None:
    log.error("an error nobody waited for", exc_info=_info(args.exc_value, args.exc_traceback))


def _info(
    error: BaseException | None, trace: TracebackType | None
) -> tuple[type[BaseException], BaseException, TracebackType | None] | None:
    return None if error is None else (type(error), error, trace)
