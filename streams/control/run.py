"""The worker as a process: runs until SIGTERM or SIGINT, or until it cannot go on."""

import asyncio

import faust

from streams.control.app import ControlWorker


def run(worker: ControlWorker) -> None:
    """Run in the foreground; returns after a clean stop. Raises what the worker could not mend.

    Takes over SIGTERM and SIGINT; call it from the main thread. Logging is the caller's.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    process = faust.Worker(
        worker.app, loop=loop, override_logging=False, redirect_stdouts=False, quiet=True, loglevel=None
    )
    process.spinner = None  # it would write cursor codes into the log
    try:
        process.execute_from_commandline()
    except SystemExit:
        # Faust ends every run, a clean one too, by leaving the interpreter; the caller decides on that.
        reason = process.crash_reason or worker.app.crash_reason
        if reason is not None:
            raise reason from None
