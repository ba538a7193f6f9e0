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
        code, words, fault = exit_code(error), str(error), None
        remedy = error.remedy
    except Exception as error:
        code, words, fault, remedy = FAILED, "a fault of the program", error, None
    log.error(words, exc_info=fault, extra={"remedy": remedy, "exit_code": code})
    raise click.exceptions.Exit(code)
