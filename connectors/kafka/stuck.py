"""The end of a process that a call of the client library does not return from (docs/decisions/0012)."""

import faulthandler
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ends_if_stuck(after_s: float) -> Iterator[None]:
    """End the process, with the stacks of its threads on standard error and exit code 1, if the block lasts
    longer: nothing else can be done about a call that does not keep its own time-out. One block at a time.
    """
    faulthandler.dump_traceback_later(after_s, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
