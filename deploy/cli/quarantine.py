"""`jangkau quarantine`: the records that could not be used, why, and what became of them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import click

from deploy.cli.progress import ReadingProgress
from deploy.cli.purpose import asker as who_asks
from deploy.cli.purpose import require_purpose
from deploy.cli.quarantine_filters import ZONE, filters
from deploy.cli.quarantine_repair import discard, repair, resend
from deploy.compose.asking import Asker, asker
from deploy.query.quarantine import Quarantine, Standing, Wanted, parse_origin
from deploy.query.quarantine_sums import Axis
from deploy.query.scan import newest
from deploy.settings import load_settings
from schemas.events import BatchReceipt
from schemas.names import AGENCY_RECEIPTS, HUB_LOOKUPS, REPAIR_STATES


@click.group()
def quarantine() -> None:
    """Peristiwa yang tidak dapat dipakai. / Records that could not be used.

    Each is kept as it came, sealed, with the reason, for 90 days. list and show look; repair mends one in
    your editor; resend publishes it again; discard says that it will not be.
    """


@quarantine.command("list")
@filters
@click.option("--state", type=click.Choice(("WAITING", *REPAIR_STATES)), help="Only these.")
@click.option("--sum", "axis", type=click.Choice(get_args(Axis)), help="Sums instead of records.")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="The newest so many."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of text.")
def list_(wanted: Wanted, state: Standing | None, axis: Axis | None, limit: int, as_json: bool) -> None:
    """Daftar, terbaru di akhir. / List them, newest last.

    With --sum how many by reason, topic, batch or day: all that came = waiting + sent again + discarded. By
    batch it is held against what the agency's receipt says.
    """
    from deploy.query.quarantine_sums import sums
    from deploy.view.quarantine import as_plain, list_lines
    from deploy.view.quarantine_sums import sum_lines, sums_plain

    meant = replace(wanted, state=state)
    with asker(load_settings()) as hub:
        found = _quarantine(hub).find(meant)
        whole = meant == Wanted(batch=wanted.batch)  # a part of a batch is not what its receipt counts
        receipts = _receipts(hub) if axis == "batch" and whole else {}
    if axis is not None:
        counted = list(sums(found, axis, ZONE, receipts))
        lines = [json.dumps(each) for each in sums_plain(counted)] if as_json else sum_lines(counted)
    else:
        shown = found[-limit:]
        lines = [json.dumps(as_plain(entry)) for entry in shown] if as_json else list_lines(shown)
    click.echo("\n".join(lines), nl=bool(lines))


@quarantine.command("show")
@click.argument("origin", metavar="TOPIC/PARTITION/OFFSET")
@click.option("--reveal", is_flag=True, help="Do not mask digits that could be a NIK; asks for a purpose.")
@click.option("--purpose", default="", help="Why the digits must be seen; kept on the person's trail.")
@click.option("--by", help="Who asks: an office or role. Default: this machine's account.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def show(origin: str, reveal: bool, purpose: str, by: str | None, as_json: bool) -> None:
    """Satu peristiwa lengkap. / One record: the reason, where it came from, what was in it.

    Opened with the hub's sealing key on this machine. Long runs of digits are masked unless --reveal is
    given with a --purpose.
    """
    from deploy.query.lookup import new_lookup
    from deploy.query.quarantine import open_original
    from deploy.repair.document import token_of
    from deploy.view.quarantine import as_plain, original_as_plain, show_lines
    from schemas.sealing import SealingKey

    wanted, who = parse_origin(origin), who_asks(by)
    stated = require_purpose(purpose) if reveal else ""
    settings = load_settings()
    sealing = SealingKey.read(settings.sealing_key_file)
    with asker(settings) as hub:
        entry = _quarantine(hub).one(wanted)
        original = open_original(entry.record, sealing, hub.sources.codec)
        if reveal and (person := token_of(original.key)) is not None:
            hub.write(HUB_LOOKUPS, person.hex, new_lookup(who, stated, datetime.now(UTC), "REPAIR"))
    if as_json:
        opened = original_as_plain(original, reveal=reveal)
        click.echo(json.dumps({**as_plain(entry), "original": opened}, indent=2))
    else:
        click.echo("\n".join(show_lines(entry, original, reveal=reveal)))


for _command in (repair, resend, discard):
    quarantine.add_command(_command)


def _quarantine(hub: Asker) -> Quarantine:
    from deploy.compose.repairing import quarantine as found

    return found(hub, ReadingProgress())


def _receipts(hub: Asker) -> dict[str, BatchReceipt]:
    read = hub.sources
    return {
        key.decode("utf-8", "replace"): BatchReceipt.from_record(read.codec.decode(AGENCY_RECEIPTS, value))
        for key, value in newest(read.reader, read.ends, AGENCY_RECEIPTS).items()
    }
