"""`jangkau trail`: what was done with one person's data, and who looked."""

import dataclasses
import json
from datetime import UTC, datetime

import click

from deploy.cli.person import read_person
from deploy.cli.progress import ReadingProgress
from deploy.cli.purpose import asker as who_asks
from deploy.cli.purpose import require_purpose
from deploy.settings import load_settings

RIGHT_OF_ACCESS = "hak subjek data / data subject's right of access, UU 27/2022"


@click.command()
@click.argument("person", metavar="NIK|TOKEN")
@click.option("--purpose", default=RIGHT_OF_ACCESS, show_default=True, help="Why you ask; it is recorded.")
@click.option("--by", help="Who asks, by role or account. Default: this machine's account.")
@click.option("--json", "as_json", is_flag=True, help="The trail as JSON instead of sentences.")
def trail(person: str, purpose: str, by: str | None, as_json: bool) -> None:
    """Jejak pemrosesan data seseorang. / The processing trail of one person's data.

    Who looked them up and why, which facts came from which agency, what was published, what is held; as
    far back as the topics keep it. `-` reads the NIK or token from standard input. Asking is itself
    recorded, and is the last look-up of the answer.
    """
    from deploy.compose.asking import asker
    from deploy.query.lookup import new_lookup
    from deploy.query.trail import read_trail
    from deploy.view.explanation import lines
    from deploy.view.trail import trail_sentences
    from schemas.names import HUB_LOOKUPS

    stated, who = require_purpose(purpose), who_asks(by)
    settings = load_settings()
    token = read_person(person, settings)
    with asker(settings) as hub:
        hub.write(HUB_LOOKUPS, token.hex, new_lookup(who, stated, datetime.now(UTC), "TRAIL"))
        found = read_trail(hub.sources, token, ReadingProgress())
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(found), indent=2, ensure_ascii=False, default=str))
    else:
        click.echo("\n".join(lines(trail_sentences(found))))
