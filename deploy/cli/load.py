"""`jangkau load`: publish a CSV or Parquet file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from connectors.client import Publisher, Sent
from connectors.files.chunks import Source
from connectors.files.edge import Edge
from connectors.files.loader import TOPICS, Loaded, begin, check_columns, open_source, progress_file
from connectors.files.loader import load as load_rows
from connectors.files.progress import Identity
from connectors.files.progress import Progress as LoadProgress
from connectors.files.recount import ends_of, recount
from connectors.files.regions import CODINGS
from connectors.files.rejects import RejectFile
from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.reader import KafkaReader
from deploy.connect import find_cluster
from deploy.query.access import codec, kafka_config, plain_producer
from deploy.settings import load_settings
from deploy.view.numbers import count
from schemas.names import DTSEN_PERSONS, Agency, BatchScope
from schemas.tokens import Tokenizer, TokenKey

SOME_REJECTED = 3
_NO_KEY = TokenKey(bytes(32))
"""A dry run sends nothing, so that its tokens need not be anybody's."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--topic", type=click.Choice(TOPICS), required=True, help="Where the rows belong.")
@click.option("--batch", required=True, help="Name of this publication; its receipt carries it.")
@click.option("--full", is_flag=True, help="The file has every person the agency knows.")
@click.option(
    "--regions",
    type=click.Choice(list(CODINGS)),
    default="kemendagri",
    show_default=True,
    help="Whose region codes the file has.",
)
@click.option("--rejects", type=click.Path(path_type=Path), help="Reject file. Default: FILE.rejects.csv")
@click.option("--dry-run", is_flag=True, help="Check every row and send nothing; needs no hub.")
@click.option("--resume", is_flag=True, help="Go on with a load that was interrupted.")
def load(
    file: Path,
    topic: str,
    batch: str,
    full: bool,
    regions: str,
    rejects: Path | None,
    dry_run: bool,
    resume: bool,
) -> int:
    """Muat berkas CSV atau Parquet ke hub. / Publish a CSV or Parquet file.

    Exit code 0: every row was published; 3: some were rejected, see the reject file; 2: the file or the
    options are wrong and nothing was sent. docs/loader.md describes the columns.
    """
    source = open_source(file)
    check_columns(source, topic)
    reject_file = RejectFile(rejects or file.with_name(file.name + ".rejects.csv"))
    run = Run(file, source, topic, batch, regions, reject_file)
    loaded = run.check() if dry_run else run.publish(full=full, resume=resume)
    _say(loaded, batch, reject_file, dry_run)
    return SOME_REJECTED if loaded.rejected else 0


class Run:
    """One call of the command."""

    def __init__(
        self, file: Path, source: Source, topic: str, batch: str, regions: str, rejects: RejectFile
    ) -> None:
        self._file, self._source, self._topic, self._batch = file, source, topic, batch
        self._region, self._rejects = CODINGS[regions], rejects

    def check(self) -> Loaded:
        """Look at every row and send none."""
        fresh = LoadProgress(Identity.of(self._file, self._topic, self._batch))
        edge = self._edge(Tokenizer(_NO_KEY))
        with _progress_bar(self._source.size) as tell:
            return load_rows(self._source, edge, fresh, None, self._rejects, lambda progress: None, tell)

    def publish(self, *, full: bool, resume: bool) -> Loaded:
        """Send what is good; the manifest follows the last row."""
        settings = load_settings()
        cluster = find_cluster(settings)
        tokenizer = Tokenizer(TokenKey.read(settings.token_key_file))
        kafka = kafka_config(settings, cluster)
        admin, kept = KafkaAdmin(kafka), progress_file(self._file)
        agency: Agency = "BPS" if self._topic == DTSEN_PERSONS else "BPJSTK"
        with plain_producer(settings, cluster) as producer:
            publisher = Publisher(producer, codec(cluster), tokenizer=tokenizer)
            scope: BatchScope = "FULL" if full else "PART"
            publisher.batch(agency, scope, batch_id=self._batch)  # a bad name is said before anything is kept
            progress = begin(
                self._file,
                self._topic,
                self._batch,
                resume=resume,
                starts=lambda: ends_of(admin, self._topic),
            )
            sent = self._already_sent(KafkaReader(kafka), admin, progress) if resume else Sent()
            with publisher.batch(agency, scope, batch_id=self._batch, resume=sent) as batch:
                edge = self._edge(tokenizer)
                with _progress_bar(self._source.size) as tell:
                    loaded = load_rows(self._source, edge, progress, batch, self._rejects, kept.save, tell)
        kept.remove()
        return loaded

    def _already_sent(self, reader: KafkaReader, admin: KafkaAdmin, progress: LoadProgress) -> Sent:
        try:
            return recount(reader, admin, self._topic, self._batch, progress.starts)
        finally:
            reader.close()

    def _edge(self, tokenizer: Tokenizer) -> Edge:
        return Edge(tokenizer.tokens, self._region, datetime.now(UTC))


@contextmanager
def _progress_bar(size: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error where that is a terminal; nothing otherwise."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("memuat / loading", total=max(size, 1))
        yield lambda done: bar.update(task, completed=done)


def _say(loaded: Loaded, batch: str, rejects: RejectFile, dry_run: bool) -> None:
    sent = "akan dikirim / would be sent" if dry_run else "terkirim / sent"
    click.echo(f"{batch}: {count(loaded.rows)} baris / rows, {count(loaded.records)} {sent}")
    if loaded.rejected:
        click.echo(f"{count(loaded.rejected)} baris ditolak / rows rejected: {rejects.path}")
    if not dry_run:
        click.echo("  `jangkau status` tells of its receipt.")
