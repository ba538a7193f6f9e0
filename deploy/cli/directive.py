"""`jangkau directive`: directives of the ministry, from the draft to their end."""

import getpass
from datetime import UTC, datetime
from pathlib import Path

import click
import yaml

from deploy.cli.directive_approval import approve, pause, resume
from deploy.cli.directive_preview import preview, read_text
from deploy.compose.asking import Asker, asker
from deploy.compose.commanding import check_texts
from deploy.query.directives import ENDED, document_of, life, standings
from deploy.settings import load_settings
from deploy.view.directive import dates_text, life_lines, list_line, standing_lines, state_text
from schemas.directive import parse_directive
from schemas.errors import InvalidInput
from schemas.events import ControlEvent, DirectiveEvent, DirectiveStatus
from schemas.names import COVERAGE_DIRECTIVES, HUB_CONTROL, KEMNAKER_DIRECTIVES
from schemas.regions import Regions
from streams.control.fold import ControlView

_WAIT_S = 30.0

_by = click.option("--by", default=getpass.getuser, show_default="your account", help="Office or role.")
_version = click.option("--version", type=click.IntRange(min=1), required=True, help="Which version.")


@click.group()
def directive() -> None:
    """Arahan Kemnaker. / Directives: whom they mean, from when, and where they stand."""


@directive.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_by
def submit(file: Path, by: str) -> None:
    """Ajukan arahan (YAML atau JSON). / Submit a directive; it is then previewed and approved.

    A document that does not validate is not sent: all its faults are printed at once.
    """
    text = read_text(file)
    document = parse_directive(text)
    event = DirectiveEvent(document.version, "DRAFTED", text, by, document.legal_basis, datetime.now(UTC))
    with asker(load_settings()) as hub:
        status = _send(hub, document.id, event)
    _say(document.id, status)
    if status.state == "DRAFTED":
        call = f"jangkau directive preview {document.id} --version {document.version}"
        click.echo(f"Berikutnya / next: {call}")


directive.add_command(preview)
directive.add_command(approve)
directive.add_command(pause)
directive.add_command(resume)


@directive.command()
@click.argument("name")
@_version
@click.option("--basis", required=True, help="The regulation or instruction it rests on.")
@_by
def revoke(name: str, version: int, basis: str, by: str) -> None:
    """Cabut arahan. / Revoke a version, whether it is in force or has yet to come."""
    event = DirectiveEvent(version, "REVOKED", None, by, basis, datetime.now(UTC))
    with asker(load_settings()) as hub:
        _say(name, _send(hub, name, event))


@directive.command("list")
def list_() -> None:
    """Semua arahan. / Every directive and version, and where it stands."""
    with asker(load_settings()) as hub:
        found = standings(hub.records(DirectiveStatus, COVERAGE_DIRECTIVES))
    if not found:
        click.echo("Belum ada arahan. / There are no directives yet.")
    for (name, _), status in sorted(found.items()):
        click.echo(list_line(name, status, document_of(status)))


@directive.command()
@click.argument("name")
def show(name: str) -> None:
    """Riwayat dan isi satu arahan. / The life of one directive, where it stands, its newest document."""
    with asker(load_settings()) as hub:
        click.echo("\n".join(shown(hub, name)))


def shown(hub: Asker, name: str) -> list[str]:
    """All there is to say of one directive; raises ``InvalidInput`` if there is none of this name."""
    rows = [(key, status) for key, status in hub.records(DirectiveStatus, COVERAGE_DIRECTIVES) if key == name]
    if not rows:
        raise InvalidInput(f"no directive {name}", remedy="`jangkau directive list` shows them all")
    view, control = ControlView(), []
    for _, event in hub.records(ControlEvent, HUB_CONTROL):
        view.fold(event)
        control.append(event)
    versions = [status for _, status in sorted(standings(rows).items())]
    current = [status for status in versions if status.state not in ENDED] or versions[-1:]
    lines: list[str] = []
    for status in versions:
        document = document_of(status)
        lines.append(list_line(name, status, document))
        if status in current:
            lines += standing_lines(status, document, view.business_date, Regions.load())
    authored = hub.records(DirectiveEvent, KEMNAKER_DIRECTIVES)
    lines += life_lines(life(name, authored, control, [status for _, status in rows]))
    documents = [document for status in versions if (document := document_of(status)) is not None]
    if documents:
        # As an author would write it: what was left out is not there.
        plain = documents[-1].model_dump(mode="json", by_alias=True, exclude_defaults=True)
        lines += yaml.safe_dump(plain, sort_keys=False, allow_unicode=True).rstrip().splitlines()
    return lines


def _send(hub: Asker, name: str, event: DirectiveEvent) -> DirectiveStatus:
    def is_answer(key: str, status: DirectiveStatus) -> bool:
        return key == name and status.version == event.version

    check_texts(by=event.by, basis=event.legal_basis)
    return hub.ask(KEMNAKER_DIRECTIVES, name, event, COVERAGE_DIRECTIVES, DirectiveStatus, is_answer, _WAIT_S)


def _say(name: str, status: DirectiveStatus) -> None:
    """Print the answer; a rejected step is an error of whoever asked."""
    if status.state == "REJECTED":
        raise InvalidInput(
            "\n".join([f"{name} v{status.version} rejected:", *(f"  {fault}" for fault in status.faults)]),
            remedy="mend the document and submit it again; nothing was changed",
        )
    click.echo(f"{name} v{status.version}  {state_text(status)}{dates_text(document_of(status))}")
