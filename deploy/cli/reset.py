"""`jangkau reset`: delete the data of a stopped hub."""

import shutil

import click

from deploy.connect import external_cluster
from deploy.settings import load_settings
from deploy.supervision.record import RunFolder
from deploy.supervision.supervisor import already_running
from schemas.errors import InvalidInput

# Not the keys (tokens published elsewhere would lose their meaning) and not the fetched artifacts.
DISPOSABLE = ("embedded", "control", "gateway", "demo", "logs", "run")


@click.command()
@click.option("--yes", is_flag=True, help="Delete without asking; needed, since nothing here ever asks.")
def reset(yes: bool) -> None:
    """Hapus data hub yang sudah berhenti. / Delete the data of a stopped hub.

    Keys and fetched artifacts stay. Topics of an external cluster are left alone.
    """
    settings = load_settings()
    run = RunFolder(settings.data_dir / "run")
    if run.locked():
        raise already_running(run)
    folders = [path for name in DISPOSABLE if (path := settings.data_dir / name).exists()]
    if folders and not yes:
        listed = "\n".join(f"  {folder}" for folder in folders)
        raise InvalidInput(f"this would delete\n{listed}", remedy="say so with `jangkau reset --yes`")
    for folder in folders:
        shutil.rmtree(folder)
        click.echo(f"deleted {folder}")
    if external_cluster(settings):
        click.echo("The topics of the external cluster are left as they are.")
