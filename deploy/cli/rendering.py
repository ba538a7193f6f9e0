"""From what a command raises to what a person reads and the exit code the shell sees."""

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from deploy.errors import ToolMissing
from deploy.supervision.signals import StopRequested
from deploy.supervision.worker import REFUSED_EXIT_CODE
from monitoring.logs import guard_last_resort
from schemas.errors import InvalidInput, JangkauError, Refused

FAILED, WRONG_INPUT, INTERRUPTED = 1, 2, 130


def run_command(command: click.Command, arguments: Sequence[str] | None) -> int:
    """Run `command`; messages go to standard error, never a traceback unless JANGKAU_DEBUG is set."""
    guard_last_resort()
    try:
        code = command.main(
            None if arguments is None else list(arguments), prog_name="jangkau", standalone_mode=False
        )
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except JangkauError as error:
        say_error(error)
        return exit_code(error)
    except (click.Abort, KeyboardInterrupt, StopRequested):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (`head`) has gone: not a fault. Python must not flush into it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        say_unexpected(error)
        return FAILED
    return code if isinstance(code, int) else 0


def exit_code(error: JangkauError) -> int:
    """1 failed, 2 something must be given or installed first, 3 an operator must decide."""
    if isinstance(error, Refused):
        return REFUSED_EXIT_CODE
    return WRONG_INPUT if isinstance(error, InvalidInput | ToolMissing) else FAILED


def say_error(error: JangkauError) -> None:
    """The message, and below it what to do."""
    click.secho(f"jangkau: {error}", err=True, fg="red")
    if error.remedy:
        click.echo(f"  → {error.remedy}", err=True)


def say_unexpected(error: Exception) -> None:
    """A fault of ours. Its text may quote data, so only its kind and place are shown."""
    if os.environ.get("JANGKAU_DEBUG", "").lower() in ("1", "true", "yes"):
        traceback.print_exception(error)
        return
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    click.secho(f"jangkau: unexpected {type(error).__name__}{place}", err=True, fg="red")
    click.echo("  → this is a fault of the program; JANGKAU_DEBUG=1 shows the traceback", err=True)
