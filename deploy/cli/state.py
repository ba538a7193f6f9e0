"""`jangkau state`: what the engines remember."""

import json
import time

import click

from deploy.settings import load_settings

_EVERY_S = 2.0


@click.group()
def state() -> None:
    """Ingatan mesin. / What the engines remember, on hub.state."""


@state.command()
@click.option("--partition", type=click.IntRange(min=0), help="Only this partition.")
@click.option("--quick", is_flag=True, help="Do not hold it against what was published.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a partition instead of text.")
@click.pass_context
def check(ctx: click.Context, partition: int | None, quick: bool, as_json: bool) -> None:
    """Periksa keutuhannya. / Prove it whole: read it as an engine would that takes over.

    Layout, sweep and its digest, positions against the topics they belong to; and, unless --quick, that it
    knows the last record of each person on coverage.persons. Reads only; engines may run. Exit code 0: whole,
    3: some partition is not, and what to do.
    """
    from connectors.kafka.admin import KafkaAdmin
    from deploy.connect import find_cluster
    from deploy.query.access import kafka_config, sources
    from deploy.query.state import StateCheck
    from deploy.view.state import as_plain, partition_line, summary_line
    from schemas.codec import AvroCodec
    from schemas.errors import InvalidInput
    from schemas.names import HUB_STATE

    settings = load_settings()
    cluster = find_cluster(settings)
    admin = KafkaAdmin(kafka_config(settings, cluster))
    with sources(settings, cluster) as read:
        assert isinstance(read.codec, AvroCodec)
        count = admin.partitions(HUB_STATE)
        if partition is not None and partition >= count:
            raise InvalidInput(f"there are {count} partitions, 0 to {count - 1}")
        checking = StateCheck(read.reader, admin, read.codec, _Progress())
        found = []
        for number in range(count) if partition is None else [partition]:
            found.append(checking.check(number, compare=not quick))
            click.echo(json.dumps(as_plain(found[-1])) if as_json else partition_line(found[-1]))
    if not as_json:
        click.echo(summary_line(found))
    if not all(one.whole for one in found):
        ctx.exit(3)


class _Progress:
    """Says how far reading is, at most every two seconds."""

    def __init__(self) -> None:
        self._said = time.monotonic()

    def __call__(self, number: int, share: float) -> None:
        if time.monotonic() - self._said >= _EVERY_S:
            self._said = time.monotonic()
            click.echo(f"membaca / reading {number}: {share:.0%}", err=True)
