"""`jangkau directive preview`: whom a directive would mean, before it does."""

import dataclasses
import getpass
import json
from pathlib import Path

import click

from deploy.compose.asking import Asker, asker
from deploy.compose.commanding import command
from deploy.query.directives import document_of, standings
from deploy.settings import load_settings
from deploy.view.preview import approve_call, preview_lines, warning_lines
from schemas import commanding
from schemas.directive import DirectiveDocument, parse_directive
from schemas.errors import InvalidInput, Retryable
from schemas.events import Bounds, DirectiveStatus, PreviewResult
from schemas.names import COVERAGE_DIRECTIVES
from schemas.regions import Regions
from streams.control.bounds import exceeded

WAIT_S = 60.0


@click.command()
@click.argument("name", required=False)
@click.option("--version", type=click.IntRange(min=1), help="Which version of it.")
@click.option(
    "--file",
    "draft",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What if: a document that was not submitted.",
)
@click.option("--sample", is_flag=True, help="Also a few of the persons who would move, by token.")
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
@click.option("--basis", default="pratinjau / preview", show_default=True, help="Why you ask.")
@click.option("--by", default=getpass.getuser, show_default="your account", help="Office or role.")
def preview(
    name: str | None,
    version: int | None,
    draft: Path | None,
    sample: bool,
    as_json: bool,
    basis: str,
    by: str,
) -> None:
    """Pratinjau arahan. / Whom a version would bring in and let go, and what it would cost.

    Every engine answers from the live state; nothing changes. With --file nothing is published but the
    question, and nothing can be approved.
    """
    text = read_text(draft) if draft else None
    what_if = parse_directive(text) if text is not None else None
    if (name is None) == (draft is None) or (name is not None and version is None):
        raise InvalidInput(
            "what is to be previewed?", remedy="give NAME --version N, or --file draft.yaml, not both"
        )
    with asker(load_settings()) as hub:
        payload = (
            commanding.what_if(text) if text is not None else commanding.of_version(name or "", version or 0)
        )
        result = ask_preview(hub, by, basis, payload)
        document = what_if or _document(hub, result)
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(result), indent=2, ensure_ascii=False, default=str))
        for line in warnings_of(result, document):
            click.secho(line, err=True, fg="red", bold=True)
        return
    click.echo("\n".join(said(result, document, draft, sample=sample)))


def ask_preview(hub: Asker, by: str, basis: str, payload: dict[str, object]) -> PreviewResult:
    """The preview; raises ``InvalidInput`` if it is refused, as when a partition has not answered."""
    outcome = command(
        hub,
        "PREVIEW_DIRECTIVE",
        by,
        basis,
        payload,
        remedy="`jangkau directive list` shows what there is, `jangkau status` whether engines answer",
        wait_s=WAIT_S,
        waiting=_say_waiting,
    )
    if outcome.preview is None:
        raise Retryable("the answer has no preview", remedy="the control worker is of another release")
    return outcome.preview


def said(
    result: PreviewResult, document: DirectiveDocument | None, draft: Path | None, *, sample: bool
) -> list[str]:
    """The whole screen: a warning at both ends if there is one, and what to do next."""
    warning = warnings_of(result, document)
    lines = [*warning, *preview_lines(result, Regions.load(), sample=sample)]
    if warning:
        return [*lines, *warning]
    if draft is not None:
        return [*lines, f"Berikutnya / next: jangkau directive submit {draft}"]
    call = approve_call(result, document.bounds if document else None)
    return [*lines, "Berikutnya, oleh orang lain / next, by someone else:", f"  {call}"]


def warnings_of(result: PreviewResult, document: DirectiveDocument | None) -> list[str]:
    """What to shout if the preview breaks the document's own bounds."""
    if document is None or document.bounds is None:
        return []
    return warning_lines(exceeded(result.figures, Bounds(**document.bounds.model_dump())))


def read_text(file: Path) -> str:
    """A document as its author wrote it; raises ``InvalidInput``."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InvalidInput(f"{file} cannot be read as UTF-8 text") from None


def _document(hub: Asker, result: PreviewResult) -> DirectiveDocument | None:
    found = standings(hub.records(DirectiveStatus, COVERAGE_DIRECTIVES))
    return document_of(found.get((result.directive, result.version)))


def _say_waiting() -> None:
    click.echo(
        f"Menunggu jawaban semua partisi, paling lama {WAIT_S:.0f} s. / "
        "Waiting for every partition to answer.",
        err=True,
    )
