"""The processes of a hub now: run files, the supervisor's record, and what each says of itself."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from deploy.identity import identify
from deploy.supervision.record import ProcessRecord
from monitoring.health import ProcessView
from monitoring.runfile import RunFile

_PROBE_TIMEOUT_S = 2.0
_HAVE_A_WINDOW = ("engine", "control", "gateway", "sink")


@dataclass(frozen=True, slots=True)
class Report:
    """What a process says of itself on /readyz."""

    pid: int
    ready: bool
    reasons: tuple[str, ...]
    notes: tuple[str, ...] = ()


def ask(port: int) -> Report | None:
    """Ask a process on this machine; ``None`` if none answers in that form.

    The watch asks every two seconds, so without a client that prepares for TLS each time (25 ms of CPU).
    """
    connection = HTTPConnection("127.0.0.1", port, timeout=_PROBE_TIMEOUT_S)
    try:
        connection.request("GET", "/readyz")
        body = json.loads(connection.getresponse().read())
        reasons, notes = tuple(map(str, body["reasons"])), tuple(map(str, body.get("notes", ())))
        return Report(int(body["pid"]), bool(body["ready"]), reasons, notes)
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return None
    finally:
        connection.close()


def views(
    recorded: Sequence[ProcessRecord],
    runs: Iterable[RunFile],
    now: float,
    ask_port: Callable[[int], Report | None] = ask,
) -> tuple[ProcessView, ...]:
    """One view a process: those the supervisor keeps, in its order, then others that run by themselves.

    ``now`` is seconds since 1970.
    """
    by_name = {run.name: run for run in runs}
    kept = [_kept(record, by_name.pop(record.name, None), now, ask_port) for record in recorded]
    return (*kept, *(_alone(run, now, ask_port) for run in by_name.values()))


def _kept(
    record: ProcessRecord, run: RunFile | None, now: float, ask_port: Callable[[int], Report | None]
) -> ProcessView:
    alive = record.identity is not None and record.identity.alive()
    pid = record.identity.pid if record.identity else None
    own = run if run is not None and run.pid == pid else None
    said = _SILENT
    if alive and own is not None:
        said = _answer(own, ask_port)
    elif alive and record.name.startswith(_HAVE_A_WINDOW):
        said = _Said(False, ("starting",))
    elif alive:
        said = _Said(True)  # broker and registry: the supervisor ends with them
    return ProcessView(
        record.name,
        pid,
        alive,
        said.ready,
        said.reasons,
        now - own.started if own and alive else None,
        record.restarts,
        record.refused,
        said.notes,
    )


def _alone(run: RunFile, now: float, ask_port: Callable[[int], Report | None]) -> ProcessView:
    alive = identify(run.pid) is not None
    said = _answer(run, ask_port) if alive else _SILENT
    uptime_s = now - run.started if alive else None
    return ProcessView(run.name, run.pid, alive, said.ready, said.reasons, uptime_s, notes=said.notes)


@dataclass(frozen=True, slots=True)
class _Said:
    """What is known of a process from its own words; ``ready`` is None if it said nothing."""

    ready: bool | None
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


_SILENT = _Said(None)


def _answer(run: RunFile, ask_port: Callable[[int], Report | None]) -> _Said:
    report = ask_port(run.port)
    if report is None or report.pid != run.pid:
        return _SILENT
    return _Said(report.ready, report.reasons, report.notes)
