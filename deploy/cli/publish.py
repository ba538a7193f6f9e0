"""`jangkau publish`: send events typed or kept as JSON."""

from typing import TextIO

import click

from connectors.client import Publisher
from connectors.client.from_json import Line, parse_lines
from connectors.kafka.config import KafkaConfig
from connectors.kafka.producer import KafkaPlainProducer
from deploy.connect import find_cluster
from deploy.settings import Settings, load_settings
from schemas.codec import AvroCodec
from schemas.events import DirectiveEvent
from schemas.ids import DirectiveId
from schemas.names import AGENCY_OF_TOPIC
from schemas.registry import SchemaRegistry
from schemas.tokens import Tokenizer, TokenKey


@click.command()
@click.argument("topic", type=click.Choice(sorted(AGENCY_OF_TOPIC)))
@click.argument("source", type=click.File(encoding="utf-8"), default="-", metavar="[FILE]")
@click.option("--batch", "batch_id", help="Batch id; made up if not given.")
def publish(topic: str, source: TextIO, batch_id: str | None) -> None:
    """Terbitkan peristiwa dari berkas JSON. / Publish events from a JSON file, or from standard input.

    One JSON object, or one a line: {"nik" or "token" or "directive": "...", "event": {...}}. Type no
    real NIK on a command line: a shell keeps its history; that is why they are read from a file.
    """
    settings = load_settings()
    agency = AGENCY_OF_TOPIC[topic]
    text = source.read()
    with _publisher(settings, needs_key='"nik"' in text) as publisher:
        batch = publisher.batch(agency, "PART", batch_id=batch_id)
        lines = parse_lines(text, topic, batch.id)
        if agency == "KEMNAKER":
            _send_directives(publisher, lines)
            click.echo(f"{len(lines)} peristiwa terkirim ke {topic}. / Sent {len(lines)} to {topic}.")
            return
        with batch:
            for line in lines:
                assert not isinstance(line.about, str)
                assert not isinstance(line.event, DirectiveEvent)
                batch.send(line.about, line.event)
        click.echo(f"{len(lines)} peristiwa terkirim ke {topic}, batch {batch.id}. / Sent {len(lines)}.")


def _send_directives(publisher: Publisher, lines: list[Line]) -> None:
    for line in lines:
        assert isinstance(line.event, DirectiveEvent)
        assert isinstance(line.about, str)
        publisher.directive(DirectiveId(line.about), line.event)


def _publisher(settings: Settings, *, needs_key: bool) -> Publisher:
    cluster = find_cluster(settings)
    config = KafkaConfig(cluster.bootstrap_servers, settings.kafka.client_security())
    tokenizer = Tokenizer(TokenKey.read(settings.token_key_file)) if needs_key else None
    codec = AvroCodec(SchemaRegistry(cluster.registry_url))
    return Publisher(KafkaPlainProducer(config), codec, tokenizer=tokenizer)
