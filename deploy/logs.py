"""Logging switched on as the settings say."""

from pathlib import Path

from deploy.settings import Settings
from monitoring.logs import log_handler, switch_on


def log_to_stderr(process: str, settings: Settings) -> None:
    """Write lines as ``process``: for a service, whose standard error is its log."""
    chosen = settings.log
    switch_on(log_handler(process, chosen.format, tracebacks=settings.debug), chosen.level)


def log_to_file(process: str, settings: Settings, file: Path) -> None:
    """Write what needs somebody to a file: for a command that shows its own words on the screen."""
    stream = file.open("a", encoding="utf-8", errors="backslashreplace")
    handler = log_handler(process, settings.log.format, tracebacks=settings.debug, stream=stream)
    switch_on(handler, "ERROR" if settings.log.level == "ERROR" else "WARNING")
