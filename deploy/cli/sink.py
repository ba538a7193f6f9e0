"""`jangkau sink`: keep the view in SQL, in the foreground."""

import re
import signal
import threading

import click

from deploy.cli.service import service
from deploy.connect import find_cluster
from deploy.settings import load_settings
from schemas.errors import InvalidInput
from schemas.records import TopicPartition

_PLACE = re.compile(r"(coverage\.\w+)/(\d+)/(\d+)")


@click.command()
@click.option("--once", is_flag=True, help="Stop at the end of the topics as it is at the start.")
@click.option("--refill", is_flag=True, help="Empty the tables and fill them from the topics as they are.")
@click.option(
    "--skip",
    metavar="TOPIC/PARTITION/OFFSET",
    multiple=True,
    help="Go past this record, which cannot be read; may be given more than once.",
)
def sink(once: bool, refill: bool, skip: tuple[str, ...]) -> None:
    """Simpan tampilan cakupan dalam SQL. / Keep the view of coverage in SQL until SIGTERM or Ctrl-C.

    Reads coverage.persons, coverage.regions and coverage.directives and keeps them as tables in the
    database of JANGKAU_SQL__URL or JANGKAU_SQL__URL_FILE, by default SQLite in the data folder. Rows and
    positions are written in one transaction. While the database, Kafka or the registry is
    away it waits, at the start too. Exit code 3 means
    that an operator must decide; the message says what.
    """
    from deploy.compose.sink import PROCESS, compose_sink

    settings = load_settings()
    places = [read_place(text) for text in skip]
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with service(PROCESS, settings):
        compose_sink(settings, find_cluster(settings), stop, places).run(once=once, refill=refill)


def read_place(text: str) -> tuple[TopicPartition, int]:
    """A record's place as the sink names it; raises ``InvalidInput``."""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise InvalidInput(
            f"--skip {text}: a record is named by topic, partition and offset",
            remedy="as the sink says it, for example --skip coverage.persons/0/1234",
        )
    topic, partition, offset = found.groups()
    return TopicPartition(topic, int(partition)), int(offset)
