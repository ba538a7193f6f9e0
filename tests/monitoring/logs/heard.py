"""Lines as they were logged: message and fields."""

import logging
from collections.abc import Iterable
from typing import Any

import pytest

from monitoring.logs.filters import fields_of

Told = tuple[str, dict[str, Any]]


def told(caplog: pytest.LogCaptureFixture, *beginnings: str) -> list[Told]:
    """What was said since the last call, those lines that begin so; all without any."""
    found = list(_lines(caplog.records))
    caplog.clear()
    return [line for line in found if not beginnings or line[0].startswith(beginnings)]


def _lines(records: Iterable[logging.LogRecord]) -> Iterable[Told]:
    for record in records:
        yield record.getMessage(), dict(fields_of(record))
