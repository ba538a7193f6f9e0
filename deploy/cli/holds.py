"""`jangkau holds`: changes of eligibility that are kept back until someone decides."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

from deploy.cli.person import read_person
from deploy.settings import load_settings
from schemas.errors import ContractBroken, InvalidInput
from schemas.names import NATION, HoldDecision

F = TypeVar("F", bound=Callable[..., Any])

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")


@click.group()
def holds() -> None:
    """Perubahan yang ditahan. / Changes of eligibility the guard keeps back."""


@holds.command("list")
@click.option("--region", default=NATION, show_default=True, help="A Kemendagri code, or ID for all.")
@click.option("--persons", is_flag=True, help="Also each person, by token.")
@_JSON
def list_(region: str, persons: bool, as_json: bool) -> None:
    """Berapa, di mana, karena apa. / How many, where and why."""
    from deploy.connect import find_cluster
    from deploy.query.access import sources
    from deploy.query.holds import grouped, read_holds
    from deploy.view.holds import hold_lines, person_lines
    from schemas.regions import Regions

    known = region_given(region)
    settings = load_settings()
    with sources(settings, find_cluster(settings)) as read:
        held = read_holds(read.reader, read.ends, read.codec, known)
    groups = grouped(held.values())
    if as_json:
        plain: dict[str, object] = {
            "held": len(held),
            "groups": [dataclasses.asdict(group) for group in groups],
        }
        if persons:
            plain["persons"] = {token: dataclasses.asdict(hold) for token, hold in sorted(held.items())}
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False, default=str))
        return
    for line in [*hold_lines(groups, Regions.load()), *(person_lines(held) if persons else ())]:
        click.echo(line)


def _decision(command: F) -> F:
    for option in (
        click.option("--region", help="Those who live here: a Kemendagri code, or ID for all."),
        click.option(
            "--person", metavar="NIK|TOKEN", help="Only this person; `-` reads it from standard input."
        ),
        click.option("--basis", required=True, help="What the decision rests on."),
        click.option("--by", required=True, help="Who decides: an office or role."),
    ):
        command = option(command)
    return command


@holds.command()
@_decision
def release(region: str | None, person: str | None, basis: str, by: str) -> None:
    """Lepaskan: perubahan diterbitkan. / Release: the changes are published."""
    decide("RELEASED", region, person, basis, by)


@holds.command()
@_decision
def refuse(region: str | None, person: str | None, basis: str, by: str) -> None:
    """Tolak sampai ada data baru. / Refuse: the published view stays until new DTSEN data comes."""
    decide("REFUSED", region, person, basis, by)


def decide(decision: HoldDecision, region: str | None, person: str | None, basis: str, by: str) -> None:
    """Send the decision; what is held afterwards is a new question."""
    if (region is None) == (person is None):
        raise InvalidInput(
            "whose holds are meant?", remedy="give --region CODE (or ID for all), or --person, not both"
        )
    where = region_given(region or NATION)
    from deploy.compose.asking import asker
    from deploy.compose.commanding import command

    settings = load_settings()
    token = None if person is None else read_person(person, settings).hex
    with asker(settings) as hub:
        command(
            hub,
            "DECIDE_HOLDS",
            by,
            basis,
            {"decision": decision, "region": where, "person": token},
            remedy="see `jangkau holds list`; nothing was changed",
        )
    what = "dilepaskan / released" if decision == "RELEASED" else "ditolak / refused"
    whose = "satu orang / one person" if token else where
    click.echo(f"Penahanan {what}: {whose}.")
    click.echo("  Yang ditahan setelah ini menunggu keputusan lain. / Later holds wait for another decision.")


def region_given(code: str) -> str:
    """A region of today's list, or ID; raises ``InvalidInput``."""
    from schemas.regions import Regions

    if code == NATION:
        return code
    try:
        return Regions.load().resolve(code).code.text
    except ContractBroken as broken:
        raise InvalidInput(
            f"--region: {broken.detail}", remedy="a Kemendagri code, as 74 or 74.71, or ID for all"
        ) from None
