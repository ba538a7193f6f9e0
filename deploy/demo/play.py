"""The demo from its first line to its last: a hub, a year, a check."""

from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np

from connectors.population.assumptions import Assumptions, load_assumptions
from connectors.population.enrolment import draw_memberships
from connectors.population.memberships import Memberships
from connectors.population.people import People, draw_people
from connectors.population.places import load_places
from connectors.population.steps import Advance, Announce, MonthOver, Publish, Step
from connectors.population.year import FIRST_MONTH, Year
from deploy.demo.check import Finding, check
from deploy.demo.connection import Connection, connect
from deploy.demo.console import console_address, stay
from deploy.demo.directive import scaled_directive
from deploy.demo.folder import DemoFolder
from deploy.demo.ledger import write_ledger
from deploy.demo.ministry import Ministry
from deploy.demo.report import check_lines, next_lines, receipt_lines
from deploy.demo.screen import Screen
from deploy.demo.settling import Settling
from deploy.errors import ProcessDied
from deploy.logs import log_to_file
from deploy.settings import Settings
from deploy.supervision.hub import Hub
from deploy.supervision.record import HubRecord
from deploy.view.numbers import count
from schemas.directive import DirectiveDocument
from schemas.errors import InvalidInput
from schemas.policy import load_policy
from schemas.tokens import Tokenizer, TokenKey

_BYTES_EVERY_MONTHS = 6
"""Records that are not even well-formed come in the first month and then this often."""


@dataclass(frozen=True)
class DemoOptions:
    """How much is played, and the day on this machine's clock (UTC).

    ``share`` of the people of the province, above 0 and at most 1. ``keep``: leave the hub running; ``stay``:
    keep it up until Ctrl-C, for the console.
    """

    share: float
    seed: int
    months: int
    keep: bool
    stay: bool
    engines: int
    today: date

    @property
    def arguments(self) -> list[str]:
        """Those of the hub. Where it goes on, the view in SQL is kept: the console lists persons from it."""
        return ["--engines", str(self.engines), *(["--sink"] if self.keep or self.stay else [])]


def run_demo(settings: Settings, options: DemoOptions, screen: Screen) -> bool:
    """Play and check; True if everything was right. Whatever happens, what was started is stopped.
    Raises ``InvalidInput`` where the clock lies before what is played.

    ``settings.data_dir`` is the demo's own folder, for this process and its children.
    """
    _require_clock(options)
    folder = DemoFolder(settings.data_dir)
    if folder.clear():
        screen.say("Data demo sebelumnya dihapus. / The data of an earlier demo was deleted.")
    # What Kafka's client remarks on (a broker that is still warming up) does not belong between the lines.
    log_to_file("demo", settings, folder.log)
    hub = Hub.start(folder.path, options.arguments, tied=True)
    keep = False
    try:
        drawn = Drawn.draw(options, screen)
        record = hub.await_running(screen.say)
        console = console_address(lambda: _tend(hub, folder)) if options.stay else None
        screen.console(console)
        findings, connection, explained = _play(settings, record, folder, drawn, screen, hub)
        keep = options.keep
        _report(findings, explained, connection, record, folder, screen, running=keep or options.stay)
        if options.stay:
            screen.console(console)
            screen.say("Hub tetap berjalan; Ctrl-C mengakhirinya. / The hub stays up; Ctrl-C ends it.")
            stay(hub)
    finally:
        if keep:
            hub.release()
        else:
            screen.say("Menghentikan hub … / Stopping the hub …")
            hub.stop()
    return not any(finding.wrong for finding in findings)


def _tend(hub: Hub, folder: DemoFolder) -> None:
    if hub.process.poll() is not None:
        raise ProcessDied("the hub has ended by itself", remedy=f"look into {folder.path / 'logs'}")


def _require_clock(options: DemoOptions) -> None:
    """Refuse where the broker's clock would lie before the last facts: they would be VERSION_AHEAD."""
    end: date = (FIRST_MONTH + options.months).astype("datetime64[D]").item()
    if options.today < end:
        raise InvalidInput(
            f"this machine's clock shows {options.today.isoformat()}, what the demo plays ends at "
            f"{end.isoformat()}: a hub refuses facts from the future",
            remedy="set the clock right, or play fewer --months",
        )


@dataclass(frozen=True)
class Drawn:
    """The population before the year begins."""

    assumptions: Assumptions
    people: People
    members: Memberships
    rng: np.random.Generator
    months: int
    document: DirectiveDocument

    @classmethod
    def draw(cls, options: DemoOptions, screen: Screen) -> Self:
        """Draw it, while the hub is starting."""
        rng, assumptions = np.random.default_rng(options.seed), load_assumptions()
        first_day = FIRST_MONTH.astype("datetime64[D]")
        people = draw_people(assumptions, load_places(), options.share, first_day, rng)
        members = draw_memberships(assumptions, people, FIRST_MONTH, rng)
        screen.say(
            f"Penduduk sintetis Sulawesi Tenggara / synthetic people: {count(people.ranked)}"
            f" ({options.share:.0%}), peserta/members: {count(int(members.enrolled().sum()))},"
            f" seed {options.seed}"
        )
        return cls(assumptions, people, members, rng, options.months, scaled_directive(people))

    def year(self, tokenizer: Tokenizer) -> Year:
        """The year to play; the key exists once the hub does."""
        return Year(self.assumptions, self.people, self.members, tokenizer.tokens, self.rng, self.months)


def _play(
    settings: Settings, record: HubRecord, folder: DemoFolder, drawn: Drawn, screen: Screen, hub: Hub
) -> tuple[list[Finding], Connection, list[str]]:
    """Everything between the start and the stop of the hub."""

    def tend() -> None:
        _tend(hub, folder)

    assert record.cluster is not None, "a running hub has a cluster"
    year = drawn.year(Tokenizer(TokenKey.read(settings.token_key_file)))
    with connect(settings, record.cluster, folder) as connection:
        settling = Settling(connection.observer, tend)
        with screen.live(connection):
            stage = _Stage(connection, settling, screen, drawn.document)
            for step in year.steps():
                tend()
                stage.play(step)
            screen.doing("menunggu vonis terakhir / waiting for the last verdicts")
            settling.end(stage.day, connection.player.batches)
            connection.observer.stop()
            screen.doing("memeriksa / checking")
            connection.observer.follower.save(folder.recorded)
            explained = connection.explain(connection.observer.recorder.one_with("GAP"))
            rules = (stage.day, load_policy(), [drawn.document])
            write_ledger(folder, year, connection.player.batches, rules)
            return check(folder.path), connection, explained


@dataclass
class _Stage:
    """Plays one step after the other."""

    connection: Connection
    settling: Settling
    screen: Screen
    document: DirectiveDocument
    day: date = date.min
    months: int = 0

    def play(self, step: Step) -> None:
        """One step of the year."""
        player = self.connection.player
        match step:
            case Advance(to):
                self.day = to
                self.screen.today(to)
                player.advance(to)
            case Announce():
                self.screen.doing(self.document.title, long=True)
                # A preview is of what the hub knows by then.
                self.settling.month(self.day, player.batches)
                ministry = Ministry(player, self.settling, self.screen)
                ministry.bring_into_force(self.document)
                ministry.mistype(self.document)
            case Publish():
                self.screen.doing(
                    f"{step.agency} menerbitkan/publishes {step.batch}", long=step.scope == "FULL"
                )
                player.publish(step)
                if step.spoiled and self.months % _BYTES_EVERY_MONTHS == 0:
                    player.publish_broken_bytes(step)
            case MonthOver(month):
                self.screen.doing("menunggu vonis / waiting for verdicts")
                self.settling.month(self.day, player.batches)
                if held := self.settling.held:
                    self.screen.say(
                        f"{count(held)} orang akan keluar menurut DTSEN: ditahan, diperiksa, dilepas / "
                        "would leave because DTSEN changed: held, looked at, released"
                    )
                    player.release_holds()
                    self.settling.released()
                self.screen.month_over(month)
                self.months += 1


def check_again(folder: DemoFolder, screen: Screen) -> bool:
    """Check what the last demo recorded once more. Raises ``InvalidInput`` if there is none."""
    try:
        findings = check(folder.path)
    except FileNotFoundError:
        raise InvalidInput(
            f"{folder.path} holds no finished demo", remedy="play one with `jangkau demo`"
        ) from None
    for line in check_lines(findings):
        screen.say(line)
    return not any(finding.wrong for finding in findings)


def _report(
    findings: list[Finding],
    explained: list[str],
    connection: Connection,
    record: HubRecord,
    folder: DemoFolder,
    screen: Screen,
    *,
    running: bool,
) -> None:
    assert record.cluster is not None, "a running hub has a cluster"
    follower, recorder = connection.observer.follower, connection.observer.recorder
    screen.table()
    for line in (
        *receipt_lines(follower.receipts, follower.quarantined),
        f"Vonis/verdicts: {count(recorder.records)} catatan/records on coverage.persons",
        "",
        *explained,
        "",
        *check_lines(findings),
        *next_lines(record.cluster, folder.path, recorder.one_with("GAP"), running=running),
    ):
        screen.say(line)
