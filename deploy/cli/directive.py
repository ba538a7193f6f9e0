"""`jangkau directive`: directives of the ministry, from the draft to their end."""

import getpass
import json
from datetime import UTC, datetime
from pathlib import Path

import click
import yaml

from deploy.compose.asking import Asker, asker
from deploy.settings import load_settings
from schemas.directive import DirectiveDocument, parse_directive
from schemas.errors import InvalidInput
from schemas.events import DirectiveEvent, DirectiveStatus
from schemas.names import COVERAGE_DIRECTIVES, KEMNAKER_DIRECTIVES, DirectiveEventKind

_WAIT_S = 30.0

_STATES = {
    "REJECTED": "ditolak",
    "SCHEDULED": "terjadwal",
    "IN_FORCE": "berlaku",
    "SUPERSEDED": "digantikan",
    "REVOKED": "dicabut",
    "EXPIRED": "berakhir",
}
_by = click.option("--by", default=getpass.getuser, show_default="your account", help="Office or role.")
_version = click.option("--version", type=click.IntRange(min=1), required=True, help="Which version.")
_basis = click.option("--basis", required=True, help="The regulation or instruction it rests on.")


@click.group()
def directive() -> None:
    """Arahan Kemnaker. / Directives: whom they mean, from when, and where they stand."""


@directive.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_by
def submit(file: Path, by: str) -> None:
    """Ajukan arahan (YAML atau JSON). / Submit a directive; in force on its effective date.

    A document that does not validate is not sent: all its faults are printed at once.
    """
    text = _text(file)
    document = parse_directive(text)
    event = DirectiveEvent(document.version, "DRAFTED", text, by, document.legal_basis, datetime.now(UTC))
    with asker(load_settings()) as hub:
        _say(document.id, _send(hub, document.id, event))


@directive.command()
@click.argument("name")
@_version
@_basis
@_by
def approve(name: str, version: int, basis: str, by: str) -> None:
    """Catat persetujuan. / Record an approval; a valid draft comes into force without one."""
    _step("APPROVED", name, version, basis, by)


@directive.command()
@click.argument("name")
@_version
@_basis
@_by
def revoke(name: str, version: int, basis: str, by: str) -> None:
    """Cabut arahan. / Revoke a version, whether it is in force or only scheduled."""
    _step("REVOKED", name, version, basis, by)


@directive.command("list")
def list_() -> None:
    """Semua arahan. / Every directive and version, and where it stands."""
    with asker(load_settings()) as hub:
        found = _standings(hub)
    if not found:
        click.echo("Belum ada arahan. / There are no directives yet.")
    for (name, version), status in sorted(found.items()):
        document = DirectiveDocument.from_json(status.document) if status.document else None
        title = f"  {document.title}" if document else ""
        click.echo(f"{name} v{version}  {_state(status)}{_dates(document)}{title}")


@directive.command()
@click.argument("name")
def show(name: str) -> None:
    """Riwayat dan isi satu arahan. / The steps of one directive, and its newest document."""
    with asker(load_settings()) as hub:
        steps = [status for key, status in hub.records(DirectiveStatus, COVERAGE_DIRECTIVES) if key == name]
    if not steps:
        raise InvalidInput(f"no directive {name}", remedy="`jangkau directive list` shows them all")
    for status in steps:
        day = f" ({status.business_date.isoformat()})" if status.business_date else ""
        click.echo(f"v{status.version}  {_state(status)}{day}  {status.by}: {status.legal_basis}")
        for fault in status.faults:
            click.echo(f"    {fault}")
    documents = [status.document for status in steps if status.document]
    if documents:
        click.echo(yaml.safe_dump(json.loads(documents[-1]), sort_keys=False, allow_unicode=True).rstrip())


def _step(kind: DirectiveEventKind, name: str, version: int, basis: str, by: str) -> None:
    event = DirectiveEvent(version, kind, None, by, basis, datetime.now(UTC))
    with asker(load_settings()) as hub:
        _say(name, _send(hub, name, event))


def _send(hub: Asker, name: str, event: DirectiveEvent) -> DirectiveStatus:
    def is_answer(key: str, status: DirectiveStatus) -> bool:
        return key == name and status.version == event.version

    return hub.ask(KEMNAKER_DIRECTIVES, name, event, COVERAGE_DIRECTIVES, DirectiveStatus, is_answer, _WAIT_S)


def _say(name: str, status: DirectiveStatus) -> None:
    """Print the answer; a rejected step is an error of whoever asked."""
    if status.state == "REJECTED":
        raise InvalidInput(
            "\n".join([f"{name} v{status.version} rejected:", *(f"  {fault}" for fault in status.faults)]),
            remedy="mend the document and submit it again; nothing was changed",
        )
    document = DirectiveDocument.from_json(status.document) if status.document else None
    click.echo(f"{name} v{status.version}  {_state(status)}{_dates(document)}")


def _standings(hub: Asker) -> dict[tuple[str, int], DirectiveStatus]:
    """The last status of each version; a rejected step only where it is all there is."""
    found: dict[tuple[str, int], DirectiveStatus] = {}
    for name, status in hub.records(DirectiveStatus, COVERAGE_DIRECTIVES):
        if status.state != "REJECTED" or (name, status.version) not in found:
            found[name, status.version] = status
    return found


def _state(status: DirectiveStatus) -> str:
    return f"{_STATES.get(status.state, status.state.lower())} / {status.state}"


def _dates(document: DirectiveDocument | None) -> str:
    if document is None:
        return ""
    until = document.effective.until
    return f"  {document.effective.from_.isoformat()}…{until.isoformat() if until else ''}"


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InvalidInput(f"{file} cannot be read as UTF-8 text") from None
