"""What every line goes through before it is written: made whole, masked, and not said twice in a row."""

import logging
import traceback
from pathlib import Path
from types import TracebackType

from monitoring.logs.correlation import held
from monitoring.logs.fields import ERROR, FIELDS, WRITTEN
from schemas.errors import JangkauError
from schemas.masking import masked

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

# The text of these often quotes the value they stumbled over.
_QUOTING = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError)
_SIXTEEN_DIGITS = 10**15, 10**16


class Whole(logging.Filter):
    """Puts the line together: arguments filled in, ids of the block added, whatever may be a NIK masked.

    An exception is told by kind and place, because its text and its traceback may quote data;
    ``tracebacks`` adds the traceback all the same. Never raises: a line that cannot be put together says so.
    """

    def __init__(self, *, tracebacks: bool) -> None:
        super().__init__()
        self._tracebacks = tracebacks

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; changes the record."""
        record.msg, record.args = _clean(_message(record, quoting=self._tracebacks)), None
        for name, value in held().items():
            record.__dict__.setdefault(name, value)
        for name in [name for name in record.__dict__ if name in WRITTEN]:
            record.__dict__[name] = _plain(record.__dict__[name])
        self._tell_error(record)
        return True

    def _tell_error(self, record: logging.LogRecord) -> None:
        info, record.exc_info, record.stack_info = record.exc_info, None, None
        if isinstance(info, tuple) and info[1] is not None:
            record.__dict__[ERROR] = where(info[1])
            if self._tracebacks:
                record.exc_text = _clean("".join(traceback.format_exception(info[1])).rstrip())
        if not self._tracebacks:
            record.exc_text = None


class OnceInAWhile(logging.Filter):
    """Lets the same words through once in ten seconds: without a broker its clients repeat them for ever.

    Comes after ``Whole``. Lines whose fields differ are not the same.
    """

    _EVERY_S = 10.0
    _REMEMBERED = 200

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[object, ...], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write it."""
        words = (record.name, record.msg, *(str(value) for _, value in fields_of(record)))
        fresh = record.created - self._said.get(words, 0.0) >= self._EVERY_S
        if fresh:
            if len(self._said) >= self._REMEMBERED:
                self._said.clear()
            self._said[words] = record.created
        return fresh


def fields_of(record: logging.LogRecord) -> list[tuple[str, object]]:
    """Name and value of the fields of a line, in the order they were given; without those that are None."""
    given = record.__dict__
    return [(name, given[name]) for name in given if name in FIELDS and given[name] is not None]


def where(error: BaseException) -> str:
    """Kind and place of an error, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return type(error).__name__ + place


def _message(record: logging.LogRecord, *, quoting: bool) -> str:
    args = record.args
    if not quoting and isinstance(args, tuple):
        record.args = tuple(_without_quotes(each) for each in args)
    try:
        return record.getMessage()
    except Exception as error:
        return f"a line that cannot be put together: {type(error).__name__}"


def _without_quotes(argument: object) -> object:
    quotes = isinstance(argument, _QUOTING) and not isinstance(argument, JangkauError)
    return _Kind(type(argument).__name__) if quotes else argument


class _Kind(str):
    """A word that has no quotes around it under %r either."""

    __slots__ = ()
    __repr__ = str.__str__


def _plain(value: object) -> object:
    """A field as it is written: numbers and truth as they are, several things joined, all else as text."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int) and not _SIXTEEN_DIGITS[0] <= abs(value) < _SIXTEEN_DIGITS[1]:
        return value
    if isinstance(value, list | tuple | set):
        return ",".join(str(_plain(each)) for each in value) or None
    try:
        text = _clean(str(value))
    except Exception:
        return f"<{type(value).__name__}>"
    return value if isinstance(value, int) and text == str(value) else text


def _clean(text: str) -> str:
    # Half a character, as a broken header may leave it, cannot be written anywhere.
    return masked(text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8"))
