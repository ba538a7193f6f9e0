"""The worker as a process: runs until SIGTERM or SIGINT, or until it cannot go on."""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable

import faust
from aiokafka.errors import KafkaError  # type: ignore[import-untyped]

from schemas.errors import Retryable
from streams.control.app import ControlWorker

log = logging.getLogger(__name__)

# Faust asks Kafka before it ends, and without a broker asks for ever. Nothing is lost by leaving: what
# was not acknowledged is read again.
_PATIENCE_S = 8.0
_POLL_S = 0.2
_REMEDY = "see `jangkau status`; a supervised worker is started again by itself"


def run(worker: ControlWorker, at_forced_end: Callable[[], None]) -> None:
    """Run in the foreground; returns after a clean stop. Raises what the worker could not mend.

    Takes over SIGTERM and SIGINT; call it from the main thread. Logging is the caller's. If ending
    takes too long, ``at_forced_end`` is called from another thread and the process leaves.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    process = faust.Worker(
        worker.app, loop=loop, override_logging=False, redirect_stdouts=False, quiet=True, loglevel=None
    )
    process.spinner = None  # it would write cursor codes into the log
    threading.Thread(target=_end_in_time, args=(process, at_forced_end), daemon=True).start()
    try:
        process.execute_from_commandline()
    except SystemExit as end:
        # Faust ends every run, a clean one too, by leaving the interpreter; the caller decides on that.
        # What failed before the app ran is no crash to Faust: it is only the context of that leaving.
        reason = process.crash_reason or worker.app.crash_reason or (end.__context__ if end.code else None)
        if isinstance(reason, KafkaError):
            raise Retryable(f"Kafka is away: {type(reason).__name__}", remedy=_REMEDY) from None
        if reason is not None:
            raise reason from None


def _end_in_time(process: faust.Worker, at_forced_end: Callable[[], None]) -> None:
    while not process.should_stop:
        time.sleep(_POLL_S)
    time.sleep(_PATIENCE_S)
    log.warning("Kafka does not answer: ending without it")
    at_forced_end()
    os._exit(1 if process.crash_reason is not None else 0)
