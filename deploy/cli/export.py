"""`jangkau export`: lists that leave the hub as files."""

from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import click

from connectors.export.files import Format
from deploy.cli.progress import ReadingProgress
from deploy.cli.purpose import asker, require_purpose
from deploy.settings import load_settings
from schemas.errors import InvalidInput
from schemas.names import GAP_REASONS, GapReason


@click.group()
def export() -> None:
    """Daftar keluar sebagai berkas. / Lists that leave the hub as files."""


@export.command()
@click.option("--region", required=True, help="Kemendagri code; everything below it is in the list.")
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), help="The file; - is standard output."
)
@click.option("--format", "form", type=click.Choice(get_args(Format)), help="Default: by the file's ending.")
@click.option("--directive", help="Only gaps under this directive.")
@click.option("--reason", type=click.Choice(GAP_REASONS), help="Only gaps for this reason.")
@click.option("--with-nik", is_flag=True, help="NIKs too, for holders of the token key; each is recorded.")
@click.option("--purpose", default="", help="Why NIKs are needed; it is recorded with each person.")
@click.option("--by", help="Who asks, by role or account. Default: this machine's account.")
def gaps(
    region: str,
    output: Path,
    form: Format | None,
    directive: str | None,
    reason: GapReason | None,
    with_nik: bool,
    purpose: str,
    by: str | None,
) -> None:
    """Siapa yang belum terlindungi di satu wilayah. / Who of a region is not covered.

    One row a person, by token. The file appears when it is whole, readable by its owner alone. With NIKs
    every person's processing trail says so first. docs/export.md describes the columns.
    """
    from connectors.export.gaps import Wanted
    from deploy.compose.export import STANDARD_OUTPUT, Request, export_gaps, known_region
    from deploy.view.numbers import count
    from schemas.regions import Regions

    if purpose.strip() and not with_nik:
        raise InvalidInput("a purpose is only recorded for a list with NIKs", remedy="leave --purpose out")
    stated, who = (require_purpose(purpose), asker(by)) if with_nik else (None, None)
    code = known_region(region)
    request = Request(Wanted(code, directive, reason), output, _form(form, output), who, stated)
    made = export_gaps(load_settings(), request, ReadingProgress(), datetime.now(UTC))
    to_stdout = output == STANDARD_OUTPUT
    day = made.business_date.isoformat() if made.business_date else "–"
    said = [
        f"{Regions.load().name(code)}: {count(made.persons)} orang belum terlindungi / persons not covered, "
        f"tanggal / business date {day}"
    ]
    if not made.persons:
        said.append("  Daftar kosong. / The list is empty.")
    if made.unnamed:
        said.append(
            f"  {count(made.unnamed)} tanpa NIK: token dari kunci lain / no NIK: token of another key"
        )
    if with_nik:
        said.append(f"  Dicatat / recorded: {made.about['lookup']}")
    if not to_stdout:
        said.append(f"  {output}")
    click.echo("\n".join(said), err=to_stdout)


def _form(form: Format | None, output: Path) -> Format:
    found: Format = form or ("parquet" if output.suffix.lower() == ".parquet" else "csv")
    if found == "parquet" and str(output) == "-":
        raise InvalidInput("Parquet cannot go to standard output", remedy="name a file")
    return found
