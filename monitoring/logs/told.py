"""A process's log read back by the command that started it."""

import json
import re

_LINE = re.compile(r"\S+T\S+ (?:INFO|WARNING) \S+ (?P<logger>\S+) (?P<words>.*?)(?:  \w+=.*)?")
_LEVELS = ("INFO", "WARNING")


def told_words(line: str, logger: str) -> str | None:
    """The message of a line this logger wrote, as text or JSON; None for any other line and for errors."""
    if line.startswith("{"):
        return _from_json(line, logger)
    found = _LINE.fullmatch(line)
    return found["words"] if found is not None and found["logger"] == logger else None


def _from_json(line: str, logger: str) -> str | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    if told.get("logger") != logger or told.get("level") not in _LEVELS:
        return None
    return str(told.get("message", ""))
