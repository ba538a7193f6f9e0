"""`jangkau monitoring`: what Prometheus and Grafana need to watch this hub."""

from pathlib import Path

import click

from deploy.settings import load_settings
from monitoring import runfile

_URL = "http://127.0.0.1:9090"


@click.group()
def monitoring() -> None:
    """Prometheus dan Grafana. / Configuration of Prometheus and Grafana."""


@monitoring.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--interval", type=click.IntRange(min=1), default=15, show_default=True, help="Seconds.")
@click.option("--url", default=_URL, show_default=True, help="Where Grafana reaches Prometheus.")
@click.option(
    "--alertmanager",
    "alertmanagers",
    multiple=True,
    metavar="HOST:PORT",
    help="Who passes alerts on; may be repeated.",
)
def write(folder: Path, interval: int, url: str, alertmanagers: tuple[str, ...]) -> None:
    """Tulis konfigurasi ke FOLDER. / Write the configuration for the hub of the data folder.

    Rules and dashboards come with it. A second call writes the same files anew.
    """
    from deploy.prometheus.folder import CONFIG, PROVISIONING, Plan, write_folder

    run_dir = runfile.run_dir(load_settings().data_dir)
    written = write_folder(folder, Plan(run_dir, interval, url, alertmanagers))
    click.echo(f"{len(written)} berkas ditulis / files written: {folder}")
    click.echo(
        f"  prometheus --config.file={folder / CONFIG} --storage.tsdb.path={folder / 'data'}"
        " --web.listen-address=127.0.0.1:9090"  # Prometheus asks nobody who they are
    )
    click.echo(f"  GF_PATHS_PROVISIONING={folder.resolve() / PROVISIONING}   (Grafana)")
    if not alertmanagers:
        click.echo("  Peringatan belum dikirim ke siapa pun. / Alerts are sent to nobody yet: --alertmanager")


@monitoring.command()
@click.option("--url", default=_URL, show_default=True, help="The Prometheus to ask.")
@click.option("--all", "everything", is_flag=True, help="Also name what was answered.")
def check(url: str, everything: bool) -> None:
    """Periksa Prometheus yang berjalan. / Ask a running Prometheus for all that is read of it.

    Every query of the dashboards, every recording rule and every metric of an alert. Exits 1 if
    something that should be there is not, or a process of the hub does not answer.
    """
    from deploy.prometheus.asking import Prometheus, ask_all

    prometheus = Prometheus(url)
    targets = prometheus.targets()
    for name, health in sorted(targets.items()):
        click.echo(f"{name:<12} {health}")
    replies = list(ask_all(prometheus))
    for reply in replies:
        why = reply.question.rightly_empty
        if reply.missing:
            click.secho(f"! {reply.question.where}: tidak dijawab / no answer", fg="red")
            click.echo(f"    {reply.question.expr}")
        elif everything:
            told = f"{reply.series} series" if reply.series else f"– ({why})"
            click.echo(f"  {reply.question.where}: {told}")
    missing = sum(reply.missing for reply in replies)
    click.echo(f"{len(replies) - missing} dari/of {len(replies)} terjawab/answered")
    if missing or not targets or set(targets.values()) != {"up"}:
        raise click.exceptions.Exit(1)
