"""`jangkau console`: the address of the console, with a token that lets one in."""

import getpass
from pathlib import Path

import click

from connectors.gateway.scopes import ROLES
from deploy.cli.token import issue
from deploy.query.processes import ask
from deploy.settings import Settings, load_settings
from monitoring import runfile
from schemas.errors import InvalidInput, Refused
from schemas.names import AGENCIES


@click.command()
@click.option("--role", type=click.Choice(ROLES), default="programme", show_default=True, help="Which pages.")
@click.option("--agency", type=click.Choice(AGENCIES), help="Whose batches; with the role agency.")
@click.option("--region", "regions", multiple=True, help="Whose persons: a Kemendagri code; may be repeated.")
@click.option("--ttl", default="8h", show_default=True, help="How long it is good: 30m, 8h, 7d.")
@click.option("--by", default=getpass.getuser, show_default="your account", help="Whom it speaks for.")
def console(role: str, agency: str | None, regions: tuple[str, ...], ttl: str, by: str) -> None:
    """Alamat konsol. / The address of the console, with a token.

    Open it in a browser of this machine. Whoever has the address is who it speaks for, as long as it is
    good: do not pass it on.
    """
    settings = load_settings()
    url = _gateway(settings)
    if settings.gateway.jwks and Path(settings.gateway.jwks) != settings.gateway_jwks_file:
        raise InvalidInput(
            "the tokens of this gateway come from another issuer (JANGKAU_GATEWAY__JWKS)",
            remedy=f"open {url}/console/ and log in with a token of that issuer",
        )
    token = issue(settings, by, ttl, agency=agency, role=role, regions=regions)
    # A fragment: it stays in the browser and is in no request and no log.
    click.echo(f"{url}/console/#token={token}")


def _gateway(settings: Settings) -> str:
    """Where the gateway of this data folder is; raises ``Refused`` when none answers."""
    runs = runfile.read_all(runfile.run_dir(settings.data_dir))
    for run in runs:
        if run.name == "gateway" and settings.gateway_url_file.exists():
            report = ask(run.port)
            if report is not None and report.pid == run.pid:
                return settings.gateway_url_file.read_text("utf-8").strip()
    raise Refused(
        "tidak ada gateway yang berjalan / no gateway runs on this data folder",
        remedy="`jangkau up` starts one with the hub, `jangkau gateway` one alone; `jangkau status` shows it",
    )
