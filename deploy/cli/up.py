"""`jangkau up`: start a hub on this machine."""

import click

from deploy.connect import external_cluster
from deploy.hub import build_supervisor
from deploy.query.ready import await_ready
from deploy.settings import Settings, load_settings
from deploy.supervision.hub import Hub
from deploy.supervision.record import HubRecord
from deploy.supervision.signals import stop_on_signals

# Restoring the state of millions takes longer; the hub then goes on with it by itself.
READY_DEADLINE_S = 60.0


@click.command()
@click.option("--engines", type=click.IntRange(min=1), default=1, show_default=True, help="Engine processes.")
@click.option("--sink", is_flag=True, help="Also keep the view in SQL, in SQLite unless set otherwise.")
@click.option("--foreground", is_flag=True, help="Stay, and stop the hub on Ctrl-C.")
def up(engines: int, sink: bool, foreground: bool) -> None:
    """Mulai hub di mesin ini. / Start a hub on this machine.

    Starts Kafka and the schema registry (unless JANGKAU_KAFKA__BOOTSTRAP_SERVERS and
    JANGKAU_REGISTRY__URL name others), creates topics, and keeps engines and control running.
    """
    settings = load_settings()
    with stop_on_signals():
        if foreground:
            build_supervisor(settings, engines, click.echo, sink=sink).run()
            return
        hub = Hub.start(
            settings.data_dir, ["--engines", str(engines), *(["--sink"] if sink else [])], tied=True
        )
        try:
            record = hub.await_running(click.echo)
        except BaseException:
            hub.stop()
            raise
        hub.release()
        click.echo("waiting until all are ready")
        waiting = await_ready(settings.data_dir, READY_DEADLINE_S)
    for view in waiting:
        what = "refuses to go on" if view.refused else "is not ready yet"
        click.secho(f"  {view.name} {what} ({', '.join(view.reasons) or 'no answer'})", fg="yellow")
    gateway = settings.gateway_url_file.read_text("utf-8").strip() if _serves(record, settings) else None
    _say_running(record, gateway, embedded=external_cluster(settings) is None)


def _serves(record: HubRecord, settings: Settings) -> bool:
    started = any(process.name == "gateway" for process in record.processes)
    return started and settings.gateway_url_file.exists()


def _say_running(record: HubRecord, gateway: str | None, *, embedded: bool) -> None:
    assert record.cluster is not None, "a running hub has a cluster"
    click.secho("Hub berjalan. / The hub runs.", bold=True)
    click.echo(f"  Kafka     {record.cluster.bootstrap_servers}{'' if embedded else ' (external)'}")
    click.echo(f"  Registry  {record.cluster.registry_url}")
    if gateway is not None:
        click.echo(f"  Gateway   {gateway}")
        click.echo(f"  Konsol    {gateway}/console/  (`jangkau console` lets you in)")
    click.echo("  `jangkau status` shows it, `jangkau down` stops it.")
