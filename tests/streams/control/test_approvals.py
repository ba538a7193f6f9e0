"""Who may approve what: each refusal names the field and the remedy, and all come at once."""

import pytest

from tests.fakes.answering import moves
from tests.streams.control.builders import (
    NAME,
    WIDE,
    Bench,
    advance,
    approve,
    command,
    drafted,
    revoked,
)

OWN = {"entering": 100, "leaving": 10, "leaving_regency": 5, "leaving_regency_permille": 20}


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.start()
    made.command("c0", advance("2026-01-01"))
    made.directive(drafted(1, "2026-01-10", bounds=OWN))
    return made


def reasons(bench: Bench, identity: str = "a") -> tuple[str, ...]:
    (outcome,) = bench.outcomes(identity)
    assert outcome.result == "REFUSED"
    assert outcome.event_ids == ()
    return outcome.reasons


def test_an_approval_is_an_event_with_who_and_why(bench: Bench) -> None:
    digest = bench.preview().figures.digest
    bench.command("a", approve(digest, bounds=OWN))
    (outcome,) = bench.outcomes("a")
    assert outcome.result == "ACCEPTED"
    event = bench.log.control[-1].event
    assert outcome.event_ids == (event.event_id,)
    assert (event.subject, event.version, event.step) == (f"approval:{NAME}", 1, 1)
    assert (event.by, event.basis) == ("Menaker", "Kepmenaker 2/2026")


def test_what_was_never_previewed(bench: Bench) -> None:
    bench.command("a", approve("0" * 64, bounds=OWN))
    assert reasons(bench) == (
        "payload.preview: version 1 was never previewed; run `jangkau directive preview inpres-8-2025 "
        "--version 1` and name the digest it shows",
    )


def test_a_superseded_preview(bench: Bench) -> None:
    first = bench.preview().figures.digest
    bench.engines.moves = (moves(entering=4), moves(entering=2))
    second = bench.preview().figures.digest
    assert first != second
    bench.command("a", approve(first, bounds=OWN))
    (reason,) = reasons(bench)
    assert reason.startswith("payload.preview: is not the newest preview of this version")
    assert second in reason
    bench.command("b", approve(second, bounds=OWN))
    assert bench.outcomes("b")[0].result == "ACCEPTED"


@pytest.mark.parametrize("by", ["Kemnaker", " kemnaker ", "KEMNAKER"])
def test_the_drafter_does_not_approve(bench: Bench, by: str) -> None:
    digest = bench.preview().figures.digest
    bench.command("a", approve(digest, bounds=OWN, by=by))
    assert reasons(bench) == (
        "by: whoever drafted a version does not approve it; another office approves, named with --by",
    )


def test_bounds_missing(bench: Bench) -> None:
    digest = bench.preview().figures.digest
    payload = {"directive": NAME, "version": 1, "preview": digest}
    bench.command("a", command("APPROVE_DIRECTIVE", payload))
    assert reasons(bench) == (
        "payload.bounds: missing; say the most that may move: "
        "entering, leaving, leaving_regency, leaving_regency_permille",
    )
    bench.command("b", command("APPROVE_DIRECTIVE", {**payload, "bounds": {"entering": 1, "leaving": -1}}))
    fields = [reason.partition(": ")[0] for reason in reasons(bench, "b")]
    assert fields == [
        "payload.bounds.leaving",
        "payload.bounds.leaving_regency",
        "payload.bounds.leaving_regency_permille",
    ]


def test_bounds_wider_than_the_directive_s_own(bench: Bench) -> None:
    digest = bench.preview().figures.digest
    bench.command("a", approve(digest, bounds={**OWN, "entering": 5000, "leaving": 11}))
    assert reasons(bench) == (
        "payload.bounds.entering: 5,000 is wider than the 100 of the directive's own bounds; "
        "approve at most 100, or its author drafts a higher version",
        "payload.bounds.leaving: 11 is wider than the 10 of the directive's own bounds; "
        "approve at most 10, or its author drafts a higher version",
    )


def test_a_preview_that_lies_outside_the_bounds_it_is_approved_with(bench: Bench) -> None:
    bench.engines.moves = (moves(entering=9_000), moves(entering=800))
    digest = bench.preview().figures.digest
    bench.command("a", approve(digest, bounds=OWN))
    assert reasons(bench) == (
        "payload.bounds.entering: 9,800, more than the 100 allowed; "
        "the preview lies outside: widen the bound or mend the draft",
    )


def test_two_approvals_at_once(bench: Bench) -> None:
    digest = bench.preview().figures.digest
    bench.command("a", approve(digest, bounds=OWN))
    bench.command("b", approve(digest, bounds=OWN, by="Sesmenaker"))
    assert reasons(bench, "b") == (
        "payload.version: version 1 is approved already; "
        "to change its bounds revoke it and draft a higher version",
    )


def test_unknown_ended_and_superseded_versions(bench: Bench) -> None:
    bench.command("a", approve("0" * 64, name="tak-ada"))
    assert reasons(bench) == (
        "payload.directive: there is no such directive; `jangkau directive list` shows them",
    )
    bench.command("b", approve("0" * 64, version=7))
    assert reasons(bench, "b") == ("payload.version: there is no valid version 7; valid are 1",)
    digest = bench.preview().figures.digest
    bench.enact(drafted(2, "2026-01-01"))
    bench.command("c", approve(digest, bounds=OWN))
    assert reasons(bench, "c") == (
        "payload.version: version 2 has come into force since; its author drafts a higher version",
    )
    bench.command("d", approve(bench.desk.view.previewed(NAME, 2).body.figures.digest, 2))  # type: ignore[union-attr]
    assert "payload.version: 2 is already in force" in reasons(bench, "d")
    bench.directive(drafted(3))
    digest = bench.preview(3).figures.digest
    bench.directive(revoked(3))
    bench.command("e", approve(digest, 3))
    assert reasons(bench, "e") == (
        "payload.version: it was revoked or has ended; its author drafts a higher version",
    )
    bench.directive(drafted(4, "2026-01-10", "2026-01-20"))
    digest = bench.preview(4).figures.digest
    bench.advance("2026-01-21")
    bench.command("f", approve(digest, 4))
    assert "effective.until 2026-01-20 lies before the business date 2026-01-21" in reasons(bench, "f")[0]


def test_all_reasons_come_at_once(bench: Bench) -> None:
    payload = {"directive": NAME, "version": 1, "preview": "0" * 64}
    bench.command("a", command("APPROVE_DIRECTIVE", payload, by="Kemnaker", basis=""))
    assert [reason.partition(":")[0] for reason in reasons(bench)] == [
        "basis",
        "by",
        "payload.preview",
        "payload.bounds",
    ]


def test_an_approval_by_two_workers_at_once_counts_once(bench: Bench) -> None:
    """The other worker's approval comes onto the log between judging and writing: ours is judged anew."""
    digest = bench.preview().figures.digest
    other = Bench()
    other.log, other.events = bench.log, bench.events
    first = bench.desk
    other.restart()
    second = other.desk
    bench.log.desks = [second]  # the first reads hub.control late
    bench.run(second.on_command("b", approve(digest, bounds=OWN, by="Sesmenaker"), bench.now))
    bench.log.desks = [first, second]

    late = bench.log.control[-1]
    write = bench.log.decide

    async def read_late(decision: object) -> None:
        first.view.fold(late.event, late.command, len(bench.log.control) - 1)
        await write(decision)  # type: ignore[arg-type]

    bench.log.decide = read_late  # type: ignore[method-assign]
    bench.run(first.on_command("a", approve(digest, bounds=OWN), bench.now))
    assert "approved already" in reasons(bench, "a")[0]
    assert bench.outcomes("b")[0].result == "ACCEPTED"
    approval = bench.log.folded().approval(NAME, 1)
    assert approval is not None
    assert approval.event.by == "Sesmenaker"


def test_wide_bounds_are_fine_where_the_author_set_none(bench: Bench) -> None:
    bench.directive(drafted(2, "2026-01-10"))
    bench.command("a", approve(bench.preview(2).figures.digest, 2, WIDE))
    assert bench.outcomes("a")[0].result == "ACCEPTED"
