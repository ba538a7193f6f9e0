"""`jangkau quarantine repair`, `resend`, `discard`: what becomes of a record that could not be used."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TextIO

import click

from deploy.cli.progress import ReadingProgress
from deploy.cli.purpose import asker as who_asks
from deploy.cli.purpose import require_purpose
from deploy.cli.quarantine_filters import filters, named
from deploy.compose.asking import Asker, asker
from deploy.query.quarantine import Entry, Wanted, parse_origin
from deploy.repair.sending import Said
from deploy.repair.workbench import Resent, Workbench
from deploy.settings import load_settings
from schemas.errors import InvalidInput

_ORIGIN = "TOPIC/PARTITION/OFFSET"
_BASIS = click.option("--basis", required=True, help="What it rests on: a letter, a call, a ruling.")
_BY = click.option("--by", help="Who decides: an office or role. Default: this machine's account.")

RECEIPT_WAIT_S = 60.0


@click.command()
@click.argument("origin", metavar=_ORIGIN)
@click.option("--purpose", required=True, help="Why it must be seen; kept on the person's trail.")
@_BY
@click.option("--print", "only_print", is_flag=True, help="Print what there is to mend, and end.")
@click.option("--with", "mended", type=click.File(encoding="utf-8"), help="The mended record; - reads it.")
def repair(origin: str, purpose: str, by: str | None, only_print: bool, mended: TextIO | None) -> None:
    """Perbaiki di penyunting. / Mend one record in your editor ($EDITOR).

    It is shown as the JSON of `jangkau publish`, with what is wrong; a value that cannot be decoded as an
    empty form. What you save is checked as an engine would check it, and kept sealed on this machine until
    `resend`. Without a terminal: --print, then --with.
    """
    from deploy.compose.repairing import drafts, quarantine, workbench
    from deploy.query.lookup import new_lookup
    from deploy.query.quarantine import open_original
    from deploy.repair.document import document, token_of
    from deploy.repair.preparing import check_topic
    from schemas.names import HUB_LOOKUPS
    from schemas.sealing import SealingKey

    wanted, stated, who = parse_origin(origin), require_purpose(purpose), who_asks(by)
    settings = load_settings()
    sealing = SealingKey.read(settings.sealing_key_file)
    with asker(settings) as hub:
        entry = quarantine(hub, ReadingProgress()).one(wanted)
        check_topic(entry.record.topic)
        original = open_original(entry.record, sealing, hub.sources.codec)
        if (person := token_of(original.key)) is not None:
            hub.write(HUB_LOOKUPS, person.hex, new_lookup(who, stated, datetime.now(UTC), "REPAIR"))
        kept = drafts(settings, sealing)
        text = kept.read(wanted) or document(wanted, entry.record, original)
        if only_print:
            click.echo(text, nl=False)
            return
        bench = workbench(settings, hub)
        text = _given(bench, entry, mended) if mended is not None else _edited(bench, entry, text)
        kept.write(wanted, text)
    click.echo(f"Disimpan / kept: {wanted}. Kirim / send it: jangkau quarantine resend {wanted} --basis …")


def _given(bench: Workbench, entry: Entry, mended: TextIO) -> str:
    text = mended.read()
    if faults := bench.faults(entry, text, datetime.now(UTC)):
        raise InvalidInput("\n".join(["nothing was kept:", *(f"  {fault}" for fault in faults)]))
    return text


def _edited(bench: Workbench, entry: Entry, text: str) -> str:
    """Edit until it is right, or until the person gives up."""
    from deploy.repair.document import with_remarks

    if not sys.stdin.isatty():
        raise InvalidInput("there is no terminal for an editor", remedy="use --print, then --with FILE")
    while True:
        saved = click.edit(text, extension=".json")
        text = text if saved is None else saved
        faults = bench.faults(entry, text, datetime.now(UTC))
        if not faults:
            return with_remarks(text, [])
        click.echo("\n".join(["belum benar / not right yet:", *(f"  {fault}" for fault in faults)]), err=True)
        if not click.confirm("Perbaiki lagi? / Go on mending?", default=True, err=True):
            raise InvalidInput("nothing was kept", remedy="begin again, or `jangkau quarantine discard`")
        text = with_remarks(text, faults)


@click.command()
@click.argument("origins", metavar=f"[{_ORIGIN}]…", nargs=-1)
@filters
@_BASIS
@_BY
@click.option("--again", is_flag=True, help="Also what was sent or discarded before; only by name.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent; send nothing.")
@click.option("--wait/--no-wait", default=True, help="Wait for the receipt.  [default: wait]")
def resend(
    origins: Sequence[str], wanted: Wanted, basis: str, by: str | None, again: bool, dry_run: bool, wait: bool
) -> None:
    """Terbitkan lagi. / Publish records again: mended, or as they came where the cause is gone.

    All that wait and are meant, at most 10,000 at once, as a publication of their own, with the origin and
    who sent it in each record's headers. What an engine would reject again stays, and is named: then the exit
    code is 1. Sending twice does no harm: facts are then counted as duplicates.
    """
    from deploy.compose.commanding import check_texts
    from deploy.compose.repairing import sending, workbench

    meant, who = named(origins, wanted), who_asks(by)
    check_texts(basis=basis, by=who)
    settings = load_settings()
    with asker(settings) as hub:
        bench, said = workbench(settings, hub, ReadingProgress()), Said(who, basis, datetime.now(UTC))
        if dry_run:
            done = bench.resend(None, meant, said, again=again)
        else:
            with sending(settings, hub) as out:
                done = bench.resend(out, meant, said, again=again)
        _tell(done, dry_run=dry_run)
        if wait and not dry_run:
            _await_receipts(hub, done)
    if done.faults:
        click.get_current_context().exit(1)


def _tell(done: Resent, *, dry_run: bool) -> None:
    will = "akan dikirim ke / would be sent to" if dry_run else "dikirim ke / sent to"
    for out in done.publications:
        batch = "" if dry_run else f", batch {out.batch}"
        click.echo(f"{len(out.records)} {will} {out.topic}{batch}")
    for origin, fault in done.faults.items():
        click.echo(f"tetap / stays: {origin}: {fault}")
    if done.faults:
        click.echo(
            '→ jangkau quarantine repair TOPIC/PARTITION/OFFSET --purpose "…", or jangkau quarantine discard',
            err=True,
        )
    if done.left:
        click.echo(f"{done.left} lagi menunggu / more wait: say it again")
    if not done.publications and not done.faults:
        click.echo("Tidak ada yang menunggu. / Nothing waits.")


def _await_receipts(hub: Asker, done: Resent) -> None:
    from deploy.compose.repairing import receipts
    from deploy.view.batches import class_lines

    for out in done.publications:
        receipt = receipts(hub).wait(out.batch, timeout_s=RECEIPT_WAIT_S)
        if receipt is None or not receipt.complete:
            click.echo(f"belum dihitung / not counted yet: jangkau batch show {out.batch}", err=True)
        else:
            click.echo("\n".join([f"  {out.batch}:", *class_lines(receipt)]))


@click.command()
@click.argument("origins", metavar=f"[{_ORIGIN}]…", nargs=-1)
@filters
@_BASIS
@_BY
def discard(origins: Sequence[str], wanted: Wanted, basis: str, by: str | None) -> None:
    """Jangan kirim lagi. / Decide that records will not be sent again.

    They stay in quarantine until their 90 days are over; `resend --again` still sends one.
    """
    from deploy.compose.commanding import check_texts
    from deploy.compose.repairing import sending, workbench

    meant, who = named(origins, wanted), who_asks(by)
    check_texts(basis=basis, by=who)
    settings = load_settings()
    with asker(settings) as hub, sending(settings, hub) as out:
        bench = workbench(settings, hub, ReadingProgress())
        gone = bench.discard(out, meant, Said(who, basis, datetime.now(UTC)))
    click.echo(f"{len(gone)} dibuang / discarded")
