"""`jangkau explain`: why one person's coverage is what it is."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from deploy.cli.person import read_person
from deploy.cli.purpose import asker, require_purpose
from deploy.connect import find_cluster
from deploy.query.evidence import FactRecord, read_fact
from deploy.query.history import History, read_history
from deploy.query.status import Sources
from deploy.settings import Settings, load_settings
from deploy.view.answer import Explanation
from deploy.view.explanation import NOT_FOUND, Documents, lines, sentences
from deploy.view.history import history_sentences
from schemas.directive import DirectiveDocument
from schemas.events import Answer, ControlEvent, DirectiveInForce
from schemas.ids import PersonToken
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS, HUB_CONTROL
from schemas.records import TopicPartition


@click.command()
@click.argument("person", metavar="NIK|TOKEN")
@click.option("--purpose", default="", help="Why you ask; it is recorded in the processing trail.")
@click.option("--by", help="Who asks, by role or account. Default: this machine's account.")
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON instead of sentences.")
def explain(person: str, purpose: str, by: str | None, as_json: bool) -> None:
    """Mengapa cakupan seseorang demikian. / Why one person's coverage is what it is.

    `-` reads the NIK or token from standard input, so that it does not stay in the shell's history.
    A NIK is turned into its token here and goes no further. The question, who asks and why are kept
    for a year. Where the view in SQL is kept (`jangkau sink`), the person's
    history is added.
    """
    from deploy.query.access import sources

    stated, who = require_purpose(purpose), asker(by)
    settings = load_settings()
    token = read_person(person, settings)
    with sources(settings, find_cluster(settings)) as read:
        answer = _ask(settings, read, token, who, stated)
        found = Explanation.parse(answer.explanation) if answer.found else None
        evidence = read_evidence(read, token, found) if found else []
        documents = read_documents(read, found) if found and not as_json else {}
    history = read_history(settings, token) if found else None
    if as_json:
        plain = as_plain(answer, evidence, history)
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False, default=str))
    else:
        click.echo("\n".join(answer_lines(found, documents, evidence, history)))


def answer_lines(
    found: Explanation | None,
    documents: Documents | None = None,
    evidence: Sequence[FactRecord] = (),
    history: History | None = None,
) -> list[str]:
    """What is printed."""
    from schemas.regions import Regions

    if found is None:
        return lines([NOT_FOUND])
    said = sentences(found, Regions.load(), documents, evidence)
    return lines([*said, *history_sentences(history)])


def as_plain(
    answer: Answer, evidence: Sequence[FactRecord], history: History | None = None
) -> dict[str, object]:
    """Everything, for a program; ``history`` is null where no view in SQL is kept."""
    return {
        "found": answer.found,
        "explanation": json.loads(answer.explanation) if answer.found else None,
        "evidence": [dataclasses.asdict(record) for record in evidence],
        "history": dataclasses.asdict(history) if history else None,
    }


def read_evidence(read: Sources, token: PersonToken, found: Explanation) -> list[FactRecord]:
    """The agencies' records the facts came from, as far as their topics still have them."""
    facts = ((DTSEN_PERSONS, found.facts.dtsen), (BPJS_MEMBERSHIPS, found.facts.bpjs))
    return [
        read_fact(read, token, TopicPartition(topic, found.partition), fact.offset, fact.version)
        for topic, fact in facts
        if fact is not None
    ]


def read_documents(read: Sources, found: Explanation) -> Documents:
    """The documents of the directives that are spoken of, as hub.control has them."""
    from deploy.query.scan import scan

    wanted = {(part.directive, part.version) for part in found.directives}
    documents: dict[tuple[str, int], DirectiveDocument] = {}
    for row in scan(read.reader, read.ends, HUB_CONTROL):
        if row.value is None:
            continue
        body = ControlEvent.from_record(read.codec.decode(HUB_CONTROL, row.value)).body
        if isinstance(body, DirectiveInForce) and (body.directive, body.version) in wanted:
            documents[body.directive, body.version] = DirectiveDocument.from_json(body.document)
    return documents


def _ask(settings: Settings, read: Sources, token: PersonToken, by: str, purpose: str) -> Answer:
    from deploy.query.access import codec, plain_producer
    from deploy.query.lookup import ask, new_lookup

    cluster = find_cluster(settings)
    with plain_producer(settings, cluster) as producer:
        question = new_lookup(by, purpose, datetime.now(UTC))
        return ask(read.reader, read.ends, producer, codec(cluster), token, question)
