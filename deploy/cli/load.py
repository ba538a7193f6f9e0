"""`jangkau load`: publish a CSV or Parquet file."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from connectors.files.loader import TOPICS, Loaded
from connectors.files.mapped_source import open_source
from connectors.files.mapping import Topic, read_mapping
from connectors.files.regions import RegionCoding
from connectors.files.rejects import RejectFile
from connectors.files.suggest import columns, draft, guess_topic
from deploy.compose.loading import check_file, map_file, publish_file
from deploy.view.numbers import count
from deploy.view.rejects import fault_lines
from schemas.errors import InvalidInput

SOME_REJECTED = 3
_DRY_RUN = "dry-run"
_ROUNDED = (
    "PERINGATAN: semua NIK berakhir 0, seperti setelah dibuka di lembar kerja, yang menyimpan 15 angka.\n"
    "WARNING: all NIKs end in 0, as after a spreadsheet, which keeps 15 digits: they may be other people's."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--mapping", type=click.Path(path_type=Path), help="How the agency's columns are to be read.")
@click.option("--topic", type=click.Choice(TOPICS), help="Where the rows belong, without a mapping.")
@click.option("--batch", help="Name of this publication; its receipt carries it.")
@click.option("--full", is_flag=True, help="The file has every person the agency knows.")
@click.option(
    "--regions",
    type=click.Choice(get_args(RegionCoding)),
    help="Whose region codes the file has, without a mapping. Default: kemendagri",
)
@click.option("--rejects", type=click.Path(path_type=Path), help="Reject file. Default: FILE.rejects.csv")
@click.option(
    "--dry-run", is_flag=True, help="Check every row, say what is wrong, send nothing; needs no hub."
)
@click.option("--resume", is_flag=True, help="Go on with a load that was interrupted.")
@click.option("--json", "as_json", is_flag=True, help="What became of the rows as JSON.")
@click.option("--show-columns", is_flag=True, help="Only list the columns and the fields they seem to be.")
@click.option("--suggest-mapping", is_flag=True, help="Only print a draft mapping made from the header.")
def load(
    file: Path,
    mapping: Path | None,
    topic: Topic | None,
    batch: str | None,
    full: bool,
    regions: RegionCoding | None,
    rejects: Path | None,
    dry_run: bool,
    resume: bool,
    as_json: bool,
    show_columns: bool,
    suggest_mapping: bool,
) -> int:
    """Muat berkas CSV atau Parquet ke hub. / Publish a CSV or Parquet file.

    Exit code 0: every row was published; 3: some were rejected, see the reject file; 2: the file or the
    options are wrong and nothing was sent. docs/loader.md describes columns and mappings.
    """
    if show_columns or suggest_mapping:
        _look(file, mapping, topic, show_columns)
        return 0
    mapped = map_file(file, mapping, topic, regions)
    name = batch or (_DRY_RUN if dry_run else "")
    if not name:
        raise InvalidInput("a batch needs a name", remedy="give --batch, as --batch BPS-2026Q1-74")
    reject_file = RejectFile(rejects or file.with_name(file.name + ".rejects.csv"))
    if dry_run:
        loaded = check_file(mapped, name, reject_file, _progress_bar)
    else:
        loaded = publish_file(mapped, name, reject_file, _progress_bar, full=full, resume=resume)
    if as_json:
        click.echo(json.dumps(_plain(loaded, name, reject_file, dry_run), indent=2))
    else:
        _say(loaded, name, reject_file, dry_run)
    return SOME_REJECTED if loaded.rejected else 0


def _look(file: Path, mapping: Path | None, topic: Topic | None, show_columns: bool) -> None:
    read = read_mapping(mapping) if mapping is not None else None
    source = open_source(file, read.csv) if read else open_source(file)
    chosen = topic or (read.topic if read else guess_topic(source))
    if not show_columns:
        click.echo(draft(source, chosen), nl=False)
        return
    width = max(len(name) for name in source.types)
    click.echo(f"{file.name}: {len(source.types)} kolom / columns, {chosen}?")
    for each in columns(source, chosen):
        click.echo(f"  {each.name:<{width}}  {each.kind:<16}  {each.field or '–'}")


@contextmanager
def _progress_bar(size: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error where that is a terminal; nothing otherwise."""
    shown = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*shown, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("memuat / loading", total=max(size, 1))
        yield lambda done: bar.update(task, completed=done)


def _plain(loaded: Loaded, batch: str, rejects: RejectFile, dry_run: bool) -> dict[str, object]:
    return {
        "batch": batch,
        "dry_run": dry_run,
        "rows": loaded.rows,
        "records": loaded.records,
        "rejected": loaded.rejected,
        "reasons": [dataclasses.asdict(fault) for fault in loaded.report.faults],
        "niks_rounded": loaded.report.rounded,
        "rejects": str(rejects.path) if loaded.rejected else None,
    }


def _say(loaded: Loaded, batch: str, rejects: RejectFile, dry_run: bool) -> None:
    sent = "akan dikirim / would be sent" if dry_run else "terkirim / sent"
    click.echo(f"{batch}: {count(loaded.rows)} baris / rows, {count(loaded.records)} {sent}")
    if loaded.rejected:
        click.echo(f"{count(loaded.rejected)} baris ditolak / rows rejected: {rejects.path}")
        click.echo("\n".join(fault_lines(loaded.report.faults)))
    if loaded.report.rounded:
        click.echo(_ROUNDED, err=True)
    if not dry_run:
        click.echo(f"  jangkau batch show {batch}    # diterima? / was it taken in?")
