"""`jangkau explain`: why one person's coverage is what it is."""

import json
import re
import sys
from datetime import UTC, datetime

import click

from deploy.cli.purpose import asker, require_purpose
from deploy.connect import find_cluster
from deploy.settings import Settings, load_settings
from deploy.view.answer import Explanation
from deploy.view.explanation import NOT_FOUND, lines, sentences
from schemas.errors import ContractBroken, InvalidInput
from schemas.events import Answer
from schemas.ids import Nik, PersonToken

_TOKEN = re.compile(r"[0-9a-f]{32}")


@click.command()
@click.argument("person", metavar="NIK|TOKEN")
@click.option("--purpose", default="", help="Why you ask; it is recorded in the processing trail.")
@click.option("--by", help="Who asks, by role or account. Default: this machine's account.")
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON instead of sentences.")
def explain(person: str, purpose: str, by: str | None, as_json: bool) -> None:
    """Mengapa cakupan seseorang demikian. / Why one person's coverage is what it is.

    `-` reads the NIK or token from standard input, so that it does not stay in the shell's history.
    A NIK is turned into its token here and goes no further. The question, who asks and why are kept
    for a year.
    """
    stated = require_purpose(purpose)
    settings = load_settings()
    token = read_person(sys.stdin.readline() if person == "-" else person, settings)
    answer = _ask(settings, token, asker(by), stated)
    if as_json:
        found = json.loads(answer.explanation) if answer.found else None
        click.echo(json.dumps({"found": answer.found, "explanation": found}, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(answer_lines(answer)))


def read_person(text: str, settings: Settings) -> PersonToken:
    """The token of a person given by token or NIK. Raises ``InvalidInput``, not repeating it."""
    from schemas.tokens import Tokenizer, TokenKey

    given = text.strip()
    if _TOKEN.fullmatch(given):
        return PersonToken.parse(given)
    try:
        nik = Nik.parse(given)
    except ContractBroken as broken:
        raise InvalidInput(
            f"this is neither a NIK nor a person token: {broken.detail}",
            remedy="a NIK has 16 digits, a person token 32 lower-case hex characters",
        ) from None
    return Tokenizer(TokenKey.read(settings.token_key_file)).token(nik)


def answer_lines(answer: Answer) -> list[str]:
    """What is printed."""
    from schemas.regions import Regions

    if not answer.found:
        return lines([NOT_FOUND])
    return lines(sentences(Explanation.parse(answer.explanation), Regions.load()))


def _ask(settings: Settings, token: PersonToken, by: str, purpose: str) -> Answer:
    from deploy.query.access import codec, plain_producer, sources
    from deploy.query.lookup import ask, new_lookup

    cluster = find_cluster(settings)
    with sources(settings, cluster) as read, plain_producer(settings, cluster) as producer:
        question = new_lookup(by, purpose, datetime.now(UTC))
        return ask(read.reader, read.ends, producer, codec(cluster), token, question)
