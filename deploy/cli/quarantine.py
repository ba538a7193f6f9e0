"""`jangkau quarantine`: the records that could not be used, and why."""

import json
from collections import deque

import click

from deploy.cli.purpose import require_purpose
from deploy.connect import find_cluster
from deploy.settings import load_settings
from schemas.errors import InvalidInput
from schemas.names import REJECT_REASONS


@click.group()
def quarantine() -> None:
    """Peristiwa yang tidak dapat dipakai. / Records that could not be used.

    Each is kept as it came, sealed, with the reason.
    """


@quarantine.command("list")
@click.option("--reason", type=click.Choice(REJECT_REASONS), help="Only these.")
@click.option("--topic", help="Only from this topic.")
@click.option("--batch", help="Only of this batch.")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="The newest so many."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of text.")
def list_(reason: str | None, topic: str | None, batch: str | None, limit: int, as_json: bool) -> None:
    """Daftar, terbaru di akhir. / List them, newest last."""
    from deploy.query.access import sources
    from deploy.query.quarantine import records
    from deploy.view.quarantine import as_plain, list_lines

    settings = load_settings()
    with sources(settings, find_cluster(settings)) as read:
        found = [
            record
            for record in records(read.reader, read.ends, read.codec)
            if (reason is None or record.reason == reason)
            and (topic is None or record.topic == topic)
            and (batch is None or record.batch == batch)
        ]
    shown = list(deque(sorted(found, key=lambda record: record.recorded_at), maxlen=limit))
    for line in [json.dumps(as_plain(record)) for record in shown] if as_json else list_lines(shown):
        click.echo(line)


@quarantine.command("show")
@click.argument("origin", metavar="TOPIC/PARTITION/OFFSET")
@click.option("--reveal", is_flag=True, help="Do not mask digits that could be a NIK; asks for a purpose.")
@click.option("--purpose", default="", help="Why the digits must be seen.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def show(origin: str, reveal: bool, purpose: str, as_json: bool) -> None:
    """Satu peristiwa lengkap. / One record: the reason, where it came from, what was in it.

    Opened with the hub's sealing key on this machine. Long runs of digits are masked unless --reveal is
    given with a --purpose.
    """
    from deploy.query.access import sources
    from deploy.query.quarantine import open_original, origin_of, parse_origin, records
    from deploy.view.quarantine import as_plain, original_as_plain, show_lines
    from schemas.sealing import SealingKey

    wanted = parse_origin(origin)
    if reveal:
        require_purpose(purpose)
    settings = load_settings()
    sealing = SealingKey.read(settings.sealing_key_file)
    with sources(settings, find_cluster(settings)) as read:
        record = None
        for each in records(read.reader, read.ends, read.codec):
            record = each if origin_of(each) == wanted else record
        if record is None:
            raise InvalidInput(f"{wanted} is not in quarantine", remedy="see `jangkau quarantine list`")
        original = open_original(record, sealing, read.codec)
    if as_json:
        opened = original_as_plain(original, reveal=reveal)
        click.echo(json.dumps({**as_plain(record), "original": opened}, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(show_lines(record, original, reveal=reveal)))
