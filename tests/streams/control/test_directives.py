"""The life of a directive, as the desk leads it."""

import pytest

from schemas.events import DirectiveEvent
from tests.fakes.answering import moves
from tests.streams.control.builders import (
    NAME,
    NOW,
    Bench,
    advance,
    document,
    drafted,
    revoked,
)


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.start()
    made.command("c0", advance("2026-01-01"))
    return made


def told(bench: Bench) -> list[tuple[int, str, int | None]]:
    return [(status.version, status.state, status.in_force_version) for status in bench.statuses()]


def test_every_step_from_draft_to_force_is_told(bench: Bench) -> None:
    bench.directive(drafted())
    assert told(bench) == [(1, "DRAFTED", None)]
    bench.preview()
    bench.approve()
    assert told(bench) == [
        (1, "DRAFTED", None),
        (1, "PREVIEWED", None),
        (1, "PREVIEWED", None),  # a second preview is a step too: it has another digest
        (1, "SCHEDULED", None),
    ]
    bench.advance("2026-01-09")
    assert bench.in_force() is None
    bench.advance("2026-01-10")
    assert bench.in_force() == 1
    assert told(bench)[4:] == [(1, "APPROVED", None), (1, "IN_FORCE", 1)]
    last = bench.statuses()[-1]
    assert (last.by, last.legal_basis, last.approved_by) == ("Menaker", "Kepmenaker 2/2026", "Menaker")
    assert last.business_date == bench.business_date
    assert last.bounds is not None
    assert last.preview is not None
    assert last.preview.entering == 5


@pytest.mark.parametrize("approved", [False, True])
def test_a_valid_draft_alone_never_comes_into_force(bench: Bench, approved: bool) -> None:
    bench.directive(drafted(since="2026-01-01"))
    bench.preview()
    bench.advance("2026-02-01")
    assert bench.in_force() is None
    assert told(bench)[-1] == (1, "PREVIEWED", None)
    if approved:
        bench.approve()
        assert bench.in_force() == 1


def test_who_previewed_and_who_approved_is_told_with_the_basis(bench: Bench) -> None:
    bench.directive(drafted(since="2026-01-10"))
    bench.approve()
    steps = {status.state: (status.by, status.legal_basis) for status in bench.statuses()}
    assert steps == {
        "DRAFTED": ("Kemnaker", "Inpres 8/2025"),
        "PREVIEWED": ("operator", "uji coba"),
        "SCHEDULED": ("Menaker", "Kepmenaker 2/2026"),
    }


def test_a_draft_whose_day_has_come_is_in_force_once_approved(bench: Bench) -> None:
    bench.enact(drafted(since="2026-01-01"))
    assert told(bench)[-1] == (1, "IN_FORCE", 1)


def test_a_higher_version_supersedes_in_one_event(bench: Bench) -> None:
    bench.enact(drafted(1, "2026-01-01"))
    bench.enact(drafted(2, "2026-01-01"))
    about = [each.event for each in bench.log.control if each.event.subject == f"directive:{NAME}"]
    assert [(event.version, event.step) for event in about] == [(1, 1), (2, 1)]
    assert bench.in_force() == 2
    assert told(bench)[-2:] == [(1, "SUPERSEDED", 2), (2, "IN_FORCE", 2)]


def test_the_lower_version_stays_until_the_higher_one_s_day(bench: Bench) -> None:
    bench.enact(drafted(1, "2026-01-01"))
    bench.enact(drafted(2, "2026-01-20"))
    assert bench.in_force() == 1
    assert bench.statuses()[-1].in_force_version == 1
    bench.advance("2026-01-20")
    assert bench.in_force() == 2


def test_a_lower_version_is_previewed_and_approved_after_a_higher_one(bench: Bench) -> None:
    bench.directive(drafted(1, "2026-01-05"))
    bench.directive(drafted(2, "2026-01-20"))
    bench.approve(2)
    bench.approve(1)
    bench.advance("2026-01-05")
    assert bench.in_force() == 1
    bench.advance("2026-01-20")
    assert bench.in_force() == 2


@pytest.mark.parametrize("version", [1, 2])
def test_a_lower_or_equal_version_is_refused_with_the_reason(bench: Bench, version: int) -> None:
    bench.enact(drafted(2, "2026-01-01"))
    bench.directive(drafted(version, "2026-01-01", title="lain"))
    rejected = bench.statuses()[-2]
    assert rejected.state == "REJECTED"
    assert rejected.faults == (f"version: {version} is not higher than 2, which is already published",)
    assert bench.in_force() == 2
    # Who reads only the last record under the key reads where the directive stands.
    assert told(bench)[-1] == (2, "IN_FORCE", 2)


def test_the_same_draft_sent_twice_is_no_fault(bench: Bench) -> None:
    bench.directive(drafted(1, "2026-01-01"))
    bench.directive(drafted(1, "2026-01-01"))
    assert told(bench) == [(1, "DRAFTED", None), (1, "DRAFTED", None)]


def test_revoking_what_is_in_force(bench: Bench) -> None:
    bench.enact(drafted(1, "2026-01-01"))
    bench.directive(revoked(1))
    assert bench.in_force() is None
    assert told(bench)[-1] == (1, "REVOKED", None)
    assert bench.statuses()[-1].legal_basis == "Kepmenaker 1/2026"


def test_a_version_revoked_before_its_day_never_was(bench: Bench) -> None:
    bench.enact(drafted(1, "2026-01-01"))
    bench.enact(drafted(2, "2026-01-20"))
    bench.directive(revoked(2))
    assert told(bench)[-2:] == [(2, "REVOKED", 1), (1, "IN_FORCE", 1)]
    bench.advance("2026-02-01")
    assert bench.in_force() == 1


def test_revoking_the_unknown_is_rejected(bench: Bench) -> None:
    bench.directive(revoked(3), "tak-ada")
    (status,) = bench.statuses("tak-ada")
    assert status.state == "REJECTED"
    assert status.faults == ("version: there is no valid version 3 of this directive",)
    bench.directive(drafted(1))
    bench.directive(revoked(2))
    assert bench.statuses()[-2].faults == ("version: there is no valid version 2 of this directive",)


def test_until_is_the_last_day_in_force(bench: Bench) -> None:
    bench.enact(drafted(1, "2026-01-01", "2026-01-05"))
    bench.advance("2026-01-05")
    assert bench.in_force() == 1
    bench.advance("2026-01-06")
    assert bench.in_force() is None
    assert told(bench)[-1] == (1, "EXPIRED", None)


def test_a_version_that_never_acted_ends_nothing(bench: Bench) -> None:
    bench.enact(drafted(1, "2026-01-01"))
    bench.directive(drafted(2, "2026-01-05", "2026-01-08"))
    bench.approve(2)
    bench.advance("2026-01-12")
    assert bench.in_force() == 1
    assert told(bench)[-2:] == [(2, "EXPIRED", 1), (1, "IN_FORCE", 1)]


def test_a_successor_takes_over_from_a_version_that_ends_that_day_in_one_event(bench: Bench) -> None:
    bench.enact(drafted(1, "2026-01-01", "2026-01-09"))
    bench.enact(drafted(2, "2026-01-10"))
    bench.advance("2026-01-10")
    about = [each.event for each in bench.log.control if each.event.subject == f"directive:{NAME}"]
    assert [(event.version, event.step) for event in about] == [(1, 1), (2, 1)]


def test_a_successor_that_is_held_does_not_keep_alive_what_has_ended(bench: Bench) -> None:
    bench.enact(drafted(1, "2026-01-01", "2026-01-09"))
    bench.directive(drafted(2, "2026-01-10"))
    bench.approve(2, entering=5)
    bench.engines.moves = (moves(entering=30), moves(entering=2))
    bench.advance("2026-01-10")
    assert bench.in_force() is None
    assert {(status.version, status.state) for status in bench.statuses()} >= {(1, "EXPIRED"), (2, "HELD")}


def test_all_faults_of_a_draft_come_at_once(bench: Bench) -> None:
    text = document(3, requires=["JKK", "XYZ"], effective={"from": "2026-02-01", "until": "2026-01-01"})
    bench.directive(DirectiveEvent(2, "DRAFTED", text, " ", "nomor 7471010101900000", NOW))
    (status,) = bench.statuses()
    assert status.state == "REJECTED"
    assert status.document is None
    faults = "\n".join(status.faults)
    for part in ("by: must not be empty", "legal_basis: holds a number", "requires", "effective"):
        assert part in faults
    assert "7471010101900000" not in faults
    assert bench.log.folded().directives() == {}


def test_a_document_that_speaks_of_another_directive_or_version(bench: Bench) -> None:
    event = DirectiveEvent(2, "DRAFTED", document(3), "Kemnaker", "Inpres 8/2025", NOW)
    bench.directive(event, "lain")
    (status,) = bench.statuses("lain")
    assert len(status.faults) == 2


@pytest.mark.parametrize("text", [None, "", "[" * 20_000, "2026-02-31", "id: [", "a: 1\na: 2"])
def test_what_is_no_document_is_rejected(bench: Bench, text: str | None) -> None:
    bench.directive(DirectiveEvent(1, "DRAFTED", text, "Kemnaker", "Inpres 8/2025", NOW))
    (status,) = bench.statuses()
    assert status.state == "REJECTED"
    assert status.faults


def test_a_rejected_version_may_be_drafted_again(bench: Bench) -> None:
    bench.directive(DirectiveEvent(1, "DRAFTED", "id: x", "Kemnaker", "Inpres 8/2025", NOW))
    bench.enact(drafted(1, "2026-01-01"))
    assert bench.in_force() == 1
