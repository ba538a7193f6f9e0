"""What the commands that run a service have in common: its log, and how it says why it ends."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import click

from deploy.cli.rendering import FAILED, exit_code
from deploy.logs import log_to_stderr
from deploy.settings import Settings
from schemas.errors import JangkauError

log = logging.getLogger(__name__)


@contextmanager
def service(process: str, settings: Settings) -> Iterator[None]:
    """Log as ``process`` within the block. What ends it is the last line, and becomes the exit code."""
    log_to_stderr(process, settings)
    try:
        yield
        return
    except JangkauError as error:
        code = exit_code(error)
        told = {"remedy": error.remedy, "exit_code": code, "error": type(error).__name__}
        log.error("%s", error, extra=told)
    except Exception:
        code = FAILED
        log.exception("a fault of the program", extra={"exit_code": code})
    raise click.exceptions.Exit(code)
