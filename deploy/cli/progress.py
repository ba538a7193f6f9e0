"""What a command that takes long says meanwhile, on standard error."""

import time
from collections.abc import Callable

import click

_EVERY_S = 2.0


class ReadingProgress:
    """Says how far reading is, at most every two seconds; nothing for what is done sooner."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said = clock()

    def __call__(self, topic: str, done: int, total: int) -> None:
        """Hear of progress, in offsets."""
        now = self._clock()
        if now - self._said >= _EVERY_S and done < total:
            self._said = now
            click.echo(f"membaca / reading {topic}: {100 * done // total} %", err=True)
