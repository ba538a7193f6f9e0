"""`jangkau directive approve`, `pause` and `resume`: what is decided about a directive after its preview."""

import getpass
import re

import click

from deploy.compose.asking import Asker, asker
from deploy.compose.commanding import command
from deploy.query.directives import Named, document_of, standings
from deploy.settings import load_settings
from deploy.view.directive import bounds_text
from deploy.view.preview import option, summary, tight_bounds
from schemas import commanding
from schemas.errors import InvalidInput
from schemas.events import DirectiveStatus
from schemas.names import COVERAGE_DIRECTIVES, CommandKind

_DIGEST = re.compile(r"[0-9a-f]{12,64}")
_WHOLE = 64
_UNCHANGED = "see `jangkau directive show {}`; nothing was changed"

_version = click.option("--version", type=click.IntRange(min=1), required=True, help="Which version.")
_basis = click.option("--basis", required=True, help="The regulation or instruction it rests on.")


@click.command()
@click.argument("name")
@_version
@click.option(
    "--preview", "digest", required=True, help="The digest of the preview you saw; 12 characters do."
)
@click.option("--entering", type=click.IntRange(min=0), help="So many may enter at most.")
@click.option("--leaving", type=click.IntRange(min=0), help="So many may leave at most.")
@click.option("--leaving-regency", type=click.IntRange(min=0), help="So many in any one regency.")
@click.option(
    "--leaving-regency-permille",
    type=click.IntRange(0, 1000),
    help="So many in a thousand of those meant there now.",
)
@_basis
@click.option("--by", required=True, help="Who approves: another office or role than the drafter.")
def approve(
    name: str,
    version: int,
    digest: str,
    entering: int | None,
    leaving: int | None,
    leaving_regency: int | None,
    leaving_regency_permille: int | None,
    basis: str,
    by: str,
) -> None:
    """Setujui yang sudah dipratinjau. / Approve what was previewed, within bounds.

    Bounds that are not given are those of the document itself. On its day the directive is previewed once
    more and comes into force only within them.
    """
    given = {
        "entering": entering,
        "leaving": leaving,
        "leaving_regency": leaving_regency,
        "leaving_regency_permille": leaving_regency_permille,
    }
    with asker(load_settings()) as hub:
        approve_version(hub, name, version, digest, given, basis, by)
        rows = list(hub.records(DirectiveStatus, COVERAGE_DIRECTIVES))
    status = standings(rows).get((name, version))
    if status is not None and status.bounds is not None:
        click.echo(f"  {bounds_text(status.bounds)}")


def approve_version(
    hub: Asker, name: str, version: int, digest: str, given: dict[str, int | None], basis: str, by: str
) -> None:
    """Expand the digest, fill the bounds up from the document, and have it approved."""
    rows = list(hub.records(DirectiveStatus, COVERAGE_DIRECTIVES))
    whole = whole_digest(rows, name, version, digest)
    bounds = whole_bounds(standings(rows).get((name, version)), given)
    payload = commanding.approval(name, version, whole, bounds)
    command(hub, "APPROVE_DIRECTIVE", by, basis, payload, remedy=_UNCHANGED.format(name))
    click.echo(f"{name} v{version}  disetujui / APPROVED")


def whole_digest(rows: list[Named], name: str, version: int, given: str) -> str:
    """The digest of a preview of this version that begins as given; raises ``InvalidInput``."""
    if not _DIGEST.fullmatch(given):
        raise InvalidInput(
            "--preview: a digest is 64 hex characters, of which at least the first 12 are given",
            remedy="`jangkau directive preview` prints it last",
        )
    if len(given) == _WHOLE:
        return given
    known = (
        status.preview.digest
        for key, status in rows
        if key == name and status.version == version and status.preview is not None
    )
    found = commanding.beginning_with(known, given)
    if len(found) != 1:
        raise InvalidInput(
            f"--preview: {'more than one preview' if found else 'no preview'} of {name} v{version} "
            f"begins with {given}",
            remedy=f"`jangkau directive preview {name} --version {version}`, then approve what it shows",
        )
    return found[0]


def whole_bounds(status: DirectiveStatus | None, given: dict[str, int | None]) -> dict[str, int]:
    """The bounds as given, the rest as in the document; raises ``InvalidInput`` naming what is missing."""
    document = document_of(status)
    filled = commanding.filled_bounds(document, given)
    missing = [option(name) for name in commanding.missing_bounds(filled)]
    if missing:
        figures = status.preview if status else None
        seen = (
            [f"  {summary(figures)}", f"  {bounds_text(tight_bounds(figures))}"]
            if figures
            else ["  belum dipratinjau / not previewed yet"]
        )
        raise InvalidInput(
            "\n".join([f"bounds are missing: {', '.join(missing)}; the preview says:", *seen]),
            remedy="give each, or write `bounds` into the document; docs/directives.md says what they mean",
        )
    return {name: value for name, value in filled.items() if value is not None}


@click.command()
@click.argument("name")
@_version
@_basis
@click.option("--by", default=getpass.getuser, show_default="your account", help="Office or role.")
def pause(name: str, version: int, basis: str, by: str) -> None:
    """Jeda penahapan. / Pause a rollout: regions not reached yet wait."""
    _rollout("PAUSE_ROLLOUT", "dijeda / rollout paused", name, version, basis, by)


@click.command()
@click.argument("name")
@_version
@_basis
@click.option("--by", default=getpass.getuser, show_default="your account", help="Office or role.")
def resume(name: str, version: int, basis: str, by: str) -> None:
    """Lanjutkan penahapan. / Resume a rollout: steps whose date has passed are taken at once."""
    _rollout("RESUME_ROLLOUT", "dilanjutkan / rollout resumed", name, version, basis, by)


def _rollout(kind: CommandKind, what: str, name: str, version: int, basis: str, by: str) -> None:
    with asker(load_settings()) as hub:
        payload = commanding.of_version(name, version)
        command(hub, kind, by, basis, payload, remedy=_UNCHANGED.format(name))
    click.echo(f"{name} v{version}  {what}")
