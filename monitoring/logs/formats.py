"""A line as text for people, or as JSON for programs. Both expect what ``filters.Whole`` has put together."""

import json
import logging
import re
from datetime import datetime

from monitoring.logs.fields import ERROR
from monitoring.logs.filters import fields_of

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_AS_IT_IS = re.compile(r"[^\s\"'=\\\x00-\x1f\x7f-\x9f]+")


class TextFormat(logging.Formatter):
    """``time level process logger message  field=value …``; two blanks come before the fields."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """One line; with a traceback, which only JANGKAU_DEBUG lets through, lines below it."""
        line = f"{_time(record)} {record.levelname} {self._process} {record.name} {record.msg}"
        fields = [*fields_of(record), *_error(record)]
        if fields:
            line += "  " + " ".join(f"{name}={_value(value)}" for name, value in fields)
        line = one_line(line)
        return f"{line}\n{record.exc_text}" if record.exc_text else line


class JsonFormat(logging.Formatter):
    """One object a line: time, level, process, logger, message, then the fields."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        told: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname,
            "process": self._process,
            "logger": record.name,
            "message": record.msg,
            **dict(fields_of(record)),
            **dict(_error(record)),
        }
        if record.exc_text:
            told["traceback"] = record.exc_text
        line = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def one_line(text: str) -> str:
    """Text whose control characters cannot pretend to be another line, or move a terminal."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")


def _error(record: logging.LogRecord) -> list[tuple[str, object]]:
    error = record.__dict__.get(ERROR)
    return [(ERROR, error)] if error is not None else []


def _value(value: object) -> str:
    text = str(value)
    return text if _AS_IT_IS.fullmatch(text) else json.dumps(text, ensure_ascii=False)
