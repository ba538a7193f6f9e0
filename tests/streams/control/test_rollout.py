"""Pausing and resuming a rollout: an event of the version in force, with its step."""

from typing import Any

import pytest

from schemas.events import DirectiveInForce
from schemas.names import HUB_OUTCOMES, CommandKind
from tests.streams.control.builders import NAME, Bench, advance, command, drafted

STEPS = [{"from": "2026-01-01", "regions": ["74.71"]}, {"from": "2026-01-20"}]


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.start()
    made.command("c0", advance("2026-01-01"))
    made.enact(drafted(1, "2026-01-01", rollout=STEPS))
    made.advance("2026-01-05")
    return made


def ask(bench: Bench, kind: CommandKind, **payload: Any) -> tuple[str, tuple[str, ...]]:
    identity = f"{kind} {len(bench.log.topics[HUB_OUTCOMES])}"
    bench.command(identity, command(kind, {"directive": NAME, "version": 1, **payload}, basis="Surat 9"))
    (outcome,) = bench.outcomes(identity)
    return outcome.result, outcome.reasons


def test_pausing_and_resuming_are_steps_of_the_version_in_force(bench: Bench) -> None:
    assert ask(bench, "PAUSE_ROLLOUT")[0] == "ACCEPTED"
    status = bench.statuses()[-1]
    assert (status.state, str(status.rollout_paused_at), status.legal_basis) == (
        "IN_FORCE",
        "2026-01-05",
        "Surat 9",
    )
    bench.advance("2026-01-25")
    assert ask(bench, "RESUME_ROLLOUT")[0] == "ACCEPTED"
    assert bench.statuses()[-1].rollout_paused_at is None
    events = [each.event for each in bench.log.control if isinstance(each.event.body, DirectiveInForce)]
    assert [(event.version, event.step) for event in events] == [(1, 1), (1, 2), (1, 3)]
    assert len({event.body.document for event in events if isinstance(event.body, DirectiveInForce)}) == 1


def test_the_calendar_alone_writes_no_event_of_a_rollout(bench: Bench) -> None:
    before = len(bench.bodies(DirectiveInForce))
    bench.advance("2026-01-30")
    assert len(bench.bodies(DirectiveInForce)) == before


def test_what_cannot_be_paused_or_resumed(bench: Bench) -> None:
    assert "is not paused" in ask(bench, "RESUME_ROLLOUT")[1][0]
    assert "version 1 is in force, name that one" in ask(bench, "PAUSE_ROLLOUT", version=2)[1][0]
    assert "no version of it is in force" in ask(bench, "PAUSE_ROLLOUT", directive="tak-ada")[1][0]
    assert ask(bench, "PAUSE_ROLLOUT")[0] == "ACCEPTED"
    assert "paused already, as of 2026-01-05" in ask(bench, "PAUSE_ROLLOUT")[1][0]
    bench.enact(drafted(2, "2026-01-01"))
    assert "has no rollout" in ask(bench, "PAUSE_ROLLOUT", version=2)[1][0]


def test_a_rollout_that_is_complete_is_not_paused(bench: Bench) -> None:
    bench.advance("2026-01-20")
    assert "complete since 2026-01-20" in ask(bench, "PAUSE_ROLLOUT")[1][0]


def test_a_paused_version_is_superseded_revoked_and_restarted_as_any_other(bench: Bench) -> None:
    ask(bench, "PAUSE_ROLLOUT")
    bench.restart()
    assert str(bench.statuses()[-1].rollout_paused_at) == "2026-01-05"
    bench.enact(drafted(2, "2026-01-01"))
    assert bench.in_force() == 2
    bench.command("r", command("REVOKE_DIRECTIVE", {"directive": NAME, "version": 2}))
    assert bench.in_force() is None


def test_revoking_counts_above_every_pause(bench: Bench) -> None:
    for _ in range(3):
        assert ask(bench, "PAUSE_ROLLOUT")[0] == ask(bench, "RESUME_ROLLOUT")[0] == "ACCEPTED"
    assert ask(bench, "REVOKE_DIRECTIVE")[0] == "ACCEPTED"
    assert bench.in_force() is None
