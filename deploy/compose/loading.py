"""Where a file, its mapping and a hub are put together for `jangkau load`."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from connectors.client import Publisher, Sent
from connectors.client.recount import ends_of, recount
from connectors.files.chunks import Source
from connectors.files.csv_source import PLAIN_CSV
from connectors.files.edge import Edge
from connectors.files.loader import Loaded, begin, load, progress_file
from connectors.files.mapped_source import MappedSource, open_source
from connectors.files.mapping import Mapping, Topic, plain_mapping, read_mapping
from connectors.files.progress import Identity, Progress
from connectors.files.regions import CODINGS, RegionCoding
from connectors.files.rejects import RejectFile
from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.reader import KafkaReader
from deploy.connect import find_cluster
from deploy.query.access import codec, kafka_config, plain_producer
from deploy.settings import load_settings
from schemas.codec import AvroCodec
from schemas.errors import InvalidInput
from schemas.names import AGENCY_OF_TOPIC, BatchScope
from schemas.tokens import Tokenizer, TokenKey

_NO_KEY = TokenKey(bytes(32))
"""A dry run sends nothing, so that its tokens need not be anybody's."""

Bar = Callable[[int], AbstractContextManager[Callable[[int], None]]]
"""A progress bar up to a size; within it, what is to be told how much is done."""


@dataclass(frozen=True)
class Mapped:
    """A file with the way it is read."""

    path: Path
    source: Source
    mapping: Mapping


def map_file(path: Path, mapping: Path | None, topic: str | None, regions: RegionCoding | None) -> Mapped:
    """Open the file under its mapping, or, without one, by the fields' own names. Raises ``InvalidInput``."""
    if mapping is None:
        chosen = _topic(topic)
        source = open_source(path)
        plain = plain_mapping(chosen, source.types, regions or "kemendagri")
        return Mapped(path, MappedSource(source, plain, f"the form of {chosen}"), plain)
    read = read_mapping(mapping)
    if topic not in (None, read.topic):
        raise InvalidInput(f"{mapping} is for {read.topic}, not {topic}", remedy="Leave --topic out.")
    if regions not in (None, read.regions):
        raise InvalidInput(f"{mapping} says regions: {read.regions}", remedy="Leave --regions out.")
    is_csv = path.suffix.lower() == ".csv"
    source = open_source(path, read.csv if is_csv else PLAIN_CSV)
    return Mapped(path, MappedSource(source, read, str(mapping)), read)


def check_file(mapped: Mapped, batch: str, rejects: RejectFile, bar: Bar) -> Loaded:
    """Look at every row and send none."""
    fresh = Progress(_identity(mapped, batch))
    edge = _edge(mapped, Tokenizer(_NO_KEY))
    with bar(mapped.source.size) as tell:
        return load(mapped.source, edge, fresh, None, rejects, lambda progress: None, tell)


def publish_file(
    mapped: Mapped, batch: str, rejects: RejectFile, bar: Bar, *, full: bool, resume: bool
) -> Loaded:
    """Send what is good; the manifest follows the last row."""
    settings = load_settings()
    cluster = find_cluster(settings)
    tokenizer = Tokenizer(TokenKey.read(settings.token_key_file))
    kafka, topic = kafka_config(settings, cluster), mapped.mapping.topic
    admin, kept = KafkaAdmin(kafka), progress_file(mapped.path)
    agency = AGENCY_OF_TOPIC[topic]
    scope: BatchScope = "FULL" if full else "PART"
    with plain_producer(settings, cluster) as producer:
        avro = codec(cluster)
        publisher = Publisher(producer, avro, tokenizer=tokenizer)
        publisher.batch(agency, scope, batch_id=batch)  # a bad name is said before anything is kept
        identity = _identity(mapped, batch)
        progress = begin(mapped.path, identity, resume=resume, starts=lambda: ends_of(admin, topic))
        sent = _already_sent(KafkaReader(kafka), admin, avro, progress) if resume else Sent()
        with publisher.batch(agency, scope, batch_id=batch, resume=sent) as outlet:
            edge = _edge(mapped, tokenizer)
            with bar(mapped.source.size) as tell:
                loaded = load(mapped.source, edge, progress, outlet, rejects, kept.save, tell)
            if full and outlet.sent.count == 0:
                kept.remove()
                raise InvalidInput(
                    "the file has nobody in it, and --full would say that the agency knows nobody",
                    remedy="Nothing was sent. --full needs every person the agency knows.",
                )
    kept.remove()
    return loaded


def _topic(topic: str | None) -> Topic:
    for known in get_args(Topic):
        if topic == known:
            return known  # type: ignore[no-any-return]
    raise InvalidInput(
        "whose rows are these?",
        remedy=f"give --mapping FILE, or --topic {' or '.join(get_args(Topic))}",
    )


def _identity(mapped: Mapped, batch: str) -> Identity:
    return Identity.of(mapped.path, mapped.mapping.topic, batch, mapped.mapping.digest)


def _edge(mapped: Mapped, tokenizer: Tokenizer) -> Edge:
    mapping = mapped.mapping
    return Edge(tokenizer.tokens, CODINGS[mapping.regions], datetime.now(UTC), mapping.reading)


def _already_sent(reader: KafkaReader, admin: KafkaAdmin, avro: AvroCodec, progress: Progress) -> Sent:
    identity = progress.identity
    try:
        return recount(reader, admin, avro, identity.topic, identity.batch, progress.starts)
    finally:
        reader.close()
