"""A request to stop, from the terminal or the system, as one exception in the main thread."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """Someone wants the process to end. Not an Exception: nothing but the rim may swallow it."""


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Within it, the first SIGINT, SIGTERM or SIGHUP raises StopRequested, wherever the main thread is.

    Later ones are ignored, so that cleaning up is not cut short. Main thread only.
    """

    def request(signum: int, frame: FrameType | None) -> None:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise StopRequested(signal.Signals(signum).name)

    before = {each: signal.signal(each, request) for each in _SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
