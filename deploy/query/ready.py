"""Waiting until every process of a hub says that it is ready."""

import time
from pathlib import Path

from deploy.query.processes import views
from deploy.supervision.hub import running_hub
from monitoring import runfile
from monitoring.health import ProcessView

_POLL_S = 0.25


def not_ready(data_dir: Path) -> tuple[ProcessView, ...]:
    """The processes of the hub on `data_dir` that are not ready now. Raises HubNotRunning."""
    record = running_hub(data_dir)
    seen = views(record.processes, runfile.read_all(runfile.run_dir(data_dir)), time.time())
    return tuple(view for view in seen if not view.ready)


def await_ready(data_dir: Path, deadline_s: float) -> tuple[ProcessView, ...]:
    """Wait until all are ready, one refuses to go on, or `deadline_s` has passed.

    Returns those that are not ready: empty if all are well. Raises HubNotRunning if the hub ends.
    """
    end = time.monotonic() + deadline_s
    while True:
        waiting = not_ready(data_dir)
        if not waiting or any(view.refused for view in waiting) or time.monotonic() > end:
            return waiting
        time.sleep(_POLL_S)
