"""What has happened on the hub before the pages are looked at: three dates with some of everything."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from connectors.client import Sent
from deploy.compose.commanding import command
from deploy.view.preview import tight_bounds
from schemas.directive import DirectiveDocument, parse_directive
from schemas.events import (
    BatchManifest,
    ControlEvent,
    DirectiveEvent,
    GuardGranted,
    GuardShare,
    MembershipSnapshot,
    RegionTotals,
)
from schemas.names import AGENCY_MANIFESTS, BPJS_MEMBERSHIPS, HUB_CONTROL
from tests.console.hub import ConsoleHub
from tests.console.people import BAUBAU, FIRST_DAY, KENDARI, SULTRA, Someone, newcomer, paid_up, population
from tests.deploy.waiting import wait_until

INPRES, WIDER, DRAFT = "inpres-8-2025", "perluasan-desil-6", "pekerja-migran-2026"
COMPLETE, QUARANTINED, INCOMPLETE = "dtsen-2026-1", "dtsen-2026-1-koreksi", "bpjs-2026-03-susulan"
LAST_DAY = FIRST_DAY + timedelta(days=2)
_REGISTERED_ON_SECOND_DAY = 2
_HELD = 3
_SPOILED = {"INVALID_DECILE": 3, "INVALID_DATE": 1}


@dataclass(frozen=True)
class Story:
    """The hub and who lives in it."""

    hub: ConsoleHub
    people: list[Someone]

    def some(self, situation: str, region: str = KENDARI) -> list[Someone]:
        """Those who stood so on the first day."""
        return [each for each in self.people if (each.situation, each.region) == (situation, region)]


def inpres() -> DirectiveDocument:
    """The directive in force, with targets for a province and a city."""
    targets = [
        {"region": SULTRA, "date": "2026-03-31", "persons": 200},
        {"region": SULTRA, "date": "2026-12-31", "persons": 260},
        {"region": KENDARI, "date": "2026-12-31", "persons": 40},
    ]
    return directive(INPRES, "Perlindungan pekerja rentan", range(1, 5), FIRST_DAY, targets=targets)


def directive(
    name: str, title: str, deciles: range, since: date, basis: str = "Inpres 8/2025", **more: object
) -> DirectiveDocument:
    return parse_directive(
        json.dumps(
            {
                "id": name,
                "version": 1,
                "title": title,
                "legal_basis": basis,
                "means": {
                    "welfare": {"deciles": list(deciles), "extreme_poor": True},
                    "age": {"from": 18, "to": 64},
                    "work_statuses": [1, 2, 6, 7, 8],
                },
                "requires": ["JKK", "JKM"],
                "effective": {"from": since.isoformat()},
                **more,
            }
        )
    )


def tell(hub: ConsoleHub) -> Story:
    """Let it all happen, and wait until the totals say so."""
    story = Story(hub, population())
    _full_publications(story)
    _into_force(story)
    _second_day(story)
    _held_and_quarantined(story)
    _incomplete(story)
    _directives_that_wait(story)
    in_kendari = len(gaps(story))
    hub.await_totals(lambda totals: totals.directives[0].gap == in_kendari, "Kendari's totals", KENDARI)
    wait_until(lambda: hub.gaps_in_view(KENDARI) == in_kendari, "the view in SQL has caught up")
    return story


def gaps(story: Story) -> list[Someone]:
    """Who lacks cover in Kendari when all has happened."""
    reasons = ("NEVER_REGISTERED", "IN_ARREARS", "LAPSED", "MEMBERSHIP_ENDED", "PROGRAM_PARTIAL")
    registered = story.some("NEVER_REGISTERED")[:_REGISTERED_ON_SECOND_DAY]
    found = [each for reason in reasons for each in story.some(reason)]
    return [each for each in found if each not in registered]


def _full_publications(story: Story) -> None:
    hub = story.hub
    with hub.publisher.batch("BPS", "FULL", batch_id=COMPLETE) as dtsen:
        for each in story.people:
            dtsen.send(each.parsed, each.ranked(dtsen.id))
    with hub.publisher.batch("BPJSTK", "FULL", batch_id="bpjs-2026-03") as bpjs:
        for each in story.people:
            if (snapshot := each.membership(bpjs.id)) is not None:
                bpjs.send(each.parsed, snapshot)
    hub.receipt(COMPLETE)
    hub.receipt("bpjs-2026-03")


def _into_force(story: Story) -> None:
    hub, document = story.hub, inpres()
    _approve(hub, document)
    wait_until(lambda: hub.directive_state(INPRES) == "IN_FORCE", "the directive is in force")
    covered = sum(each.situation in ("COVERED", "LAPSING") for each in story.people)
    hub.await_totals(lambda totals: _covered(totals) == covered, "the totals of the first day")


def _second_day(story: Story) -> None:
    """In Baubau nobody may leave from here on; in Kendari some are registered."""
    hub = story.hub
    before = _covered(hub.totals("ID"))
    day = FIRST_DAY + timedelta(days=1)
    nobody = {"regency": BAUBAU, "persons": 0}
    command(hub.asker, "SET_GUARD", "Pusat Data", "Nota dinas 4/2026", nobody, remedy="jangkau guard show")
    hub.player.advance(day)
    wait_until(lambda: GuardShare(BAUBAU, 0) in _granted(hub, day), "the guard of the day is granted")
    newcomers = story.some("NEVER_REGISTERED")[:_REGISTERED_ON_SECOND_DAY]
    register(hub, "bpjs-2026-03-03", newcomers)
    hub.await_totals(
        lambda totals: totals.business_date == day and _covered(totals) == before + len(newcomers),
        "the totals of the second day",
    )


def _granted(hub: ConsoleHub, day: date) -> tuple[GuardShare, ...]:
    """What the last grant of a business date says."""
    bodies = [event.body for _, event in hub.asker.records(ControlEvent, HUB_CONTROL)]
    grants = [body for body in bodies if isinstance(body, GuardGranted) and body.date == day]
    return grants[-1].at_most if grants else ()


def register(hub: ConsoleHub, batch: str, people: list[Someone]) -> None:
    """BPJS Ketenagakerjaan publishes that these are registered and paid."""
    with hub.publisher.batch("BPJSTK", "PART", batch_id=batch) as opened:
        for each in people:
            opened.send(each.parsed, paid_up(opened.id))


def _held_and_quarantined(story: Story) -> None:
    hub = story.hub
    leaving = [each for each in story.people if each.region == BAUBAU and each.situation == "COVERED"][:_HELD]
    spoiled = story.some("COVERED")
    with hub.publisher.batch("BPS", "PART", batch_id=QUARANTINED) as batch:
        for each in leaving:
            batch.send(each.parsed, each.ranked(batch.id, 1, decile=9))
        for each in spoiled[: _SPOILED["INVALID_DECILE"]]:
            batch.send(each.parsed, each.ranked(batch.id, 1, decile=11))
        batch.send(spoiled[-1].parsed, spoiled[-1].ranked(batch.id, 1, birth_date=date(1850, 1, 1)))
    hub.receipt(QUARANTINED)
    hub.await_totals(lambda totals: totals.directives[0].held == _HELD, "three are held")


def _incomplete(story: Story) -> None:
    """A batch whose manifest promises one record more than has come."""
    hub, people = story.hub, story.some("LAPSED")[:2]
    promise(hub, INCOMPLETE, [*people, newcomer(KENDARI, 0, "LAPSED")])
    say_again(hub, INCOMPLETE, people)

    def incomplete() -> bool:
        receipt = hub.receipt_now(INCOMPLETE)
        return receipt is not None and receipt.missing == 1

    wait_until(incomplete, "one record is missing")


def promise(hub: ConsoleHub, batch: str, people: list[Someone]) -> None:
    """A manifest of BPJS Ketenagakerjaan that says so much of each of them, once more."""
    tokens = np.array([list(hub.publisher.token(each.parsed).raw) for each in people], np.uint8)
    sent = Sent().plus(tokens, np.array([_said_again(each, batch).version for each in people]))
    now = datetime.now(UTC)
    manifest = BatchManifest("BPJSTK", BPJS_MEMBERSHIPS, "PART", sent.count, sent.digest, None, None, now)
    hub.asker.write(AGENCY_MANIFESTS, batch, manifest)


def say_again(hub: ConsoleHub, batch: str, people: list[Someone]) -> None:
    """What is known of their memberships, under a higher version and without a manifest."""
    opened = hub.publisher.batch("BPJSTK", "PART", batch_id=batch)
    for each in people:
        opened.send(each.parsed, _said_again(each, batch))
    opened.checkpoint()


def _said_again(person: Someone, batch: str) -> MembershipSnapshot:
    known = person.membership(batch)
    assert known is not None
    return replace(known, version=known.version + 1)


def _directives_that_wait(story: Story) -> None:
    """One that data has outgrown since it was approved, and one that was only previewed."""
    hub = story.hub
    _approve(hub, directive(WIDER, "Perluasan sampai desil 6", range(1, 7), LAST_DAY))
    with hub.publisher.batch("BPS", "PART", batch_id="dtsen-2026-1-susulan") as batch:
        for number in range(4):
            each = newcomer("73.01", number, "DECILE_6")
            batch.send(each.parsed, each.ranked(batch.id))
    hub.receipt(batch.id)
    hub.player.advance(LAST_DAY)
    wait_until(lambda: hub.directive_state(WIDER) == "HELD", "the wider one is held")
    draft = directive(
        DRAFT, "Perlindungan pekerja migran", range(1, 10), date(2026, 4, 1), "Permenaker 4/2023"
    )
    submit(hub, draft)
    hub.player.preview(draft)
    wait_until(lambda: hub.directive_state(DRAFT) == "PREVIEWED", "the draft is previewed")
    hub.await_totals(lambda totals: totals.business_date == LAST_DAY, "the totals of the last day")


def submit(hub: ConsoleHub, document: DirectiveDocument) -> None:
    """Drafted by the ministry, and found valid."""
    hub.player.announce(document)
    wait_until(lambda: hub.directive_state(document.id) == "DRAFTED", f"{document.id} is drafted")


def revoke(hub: ConsoleHub, document: DirectiveDocument) -> None:
    """Taken back by the ministry."""
    event = DirectiveEvent(
        document.version, "REVOKED", None, "Kemnaker", "Kepmenaker 9/2026", datetime.now(UTC)
    )
    hub.publisher.directive(document.id, event)


def _approve(hub: ConsoleHub, document: DirectiveDocument) -> None:
    """Drafted, previewed and approved within no more than the preview says."""
    submit(hub, document)
    figures = hub.player.preview(document).figures
    hub.player.approve(document, figures.digest, tight_bounds(figures))


def _covered(totals: RegionTotals) -> int:
    return next((each.covered for each in totals.directives if each.directive == INPRES), 0)
