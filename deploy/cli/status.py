"""`jangkau status`: what runs, how far behind it is, what was quarantined, what is covered."""

import dataclasses
import json
from typing import Any

import click

from deploy.connect import external_cluster
from deploy.errors import HubNotRunning
from deploy.query.processes import views
from deploy.settings import Settings, load_settings
from deploy.supervision.hub import running_hub
from deploy.view.status import status_lines
from monitoring import runfile
from monitoring.health import HubSnapshot, Verdict, judge
from schemas.errors import Retryable


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Keadaan hub. / How the hub is.

    Exit code 0: healthy. 1: degraded, the findings say why. 2: no hub runs.
    """
    settings = load_settings()
    try:
        found = _look(settings)
    except (HubNotRunning, Retryable) as error:
        _say_down(str(error), error.remedy, as_json=as_json)
        ctx.exit(2)
    verdict = judge(found)
    if as_json:
        click.echo(json.dumps(as_plain(found, verdict), indent=2, ensure_ascii=False, default=str))
    else:
        click.echo("\n".join(status_lines(found, verdict)))
    ctx.exit(int(verdict.level))


def _look(settings: Settings) -> HubSnapshot:
    from deploy.query.access import sources
    from deploy.query.status import now_s, snapshot

    external = external_cluster(settings)
    try:
        record = running_hub(settings.data_dir)
    except HubNotRunning:
        if external is None:
            raise
        record = None
    runs = runfile.read_all(runfile.run_dir(settings.data_dir))
    processes = views(record.processes if record else (), runs, now_s())
    cluster = external or (record.cluster if record else None)
    if cluster is None:
        return HubSnapshot(local=True, processes=processes)
    try:
        with sources(settings, cluster) as read:
            return snapshot(processes, local=record is not None, sources=read, now=now_s())
    except Retryable as error:
        if not processes:
            raise  # nothing runs here, nothing answers there
        return HubSnapshot(local=record is not None, processes=processes, unanswered=str(error))


def as_plain(found: HubSnapshot, verdict: Verdict) -> dict[str, Any]:
    """The JSON form: the snapshot's fields, with the lag's differences worked out and the verdict on top."""
    plain = dataclasses.asdict(found)
    plain["lag"] = [
        dataclasses.asdict(part) | {"records": part.records, "readable": part.readable} for part in found.lag
    ]
    findings = [
        {
            "level": finding.level.name,
            "id": finding.indonesian,
            "en": finding.english,
            "runbook": finding.runbook,
        }
        for finding in verdict.findings
    ]
    return {"status": verdict.level.name, "findings": findings, **plain}


def _say_down(message: str, remedy: str | None, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"status": "DOWN", "error": message, "remedy": remedy}, indent=2))
        return
    click.echo("Hub: BERHENTI / down")
    click.echo(f"  {message}")
    if remedy:
        click.echo(f"  → {remedy}")
