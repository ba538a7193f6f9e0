"""Commands: every one is answered, and a refused one with all its reasons."""

from typing import Any

import pytest

from schemas.names import CommandKind
from tests.streams.control.builders import NAME, Bench, advance, command, drafted


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.start()
    return made


def refused(bench: Bench, identity: str) -> tuple[str, ...]:
    (outcome,) = bench.outcomes(identity)
    assert outcome.result == "REFUSED"
    assert outcome.event_ids == ()
    return outcome.reasons


def test_advancing_the_date_is_answered_with_its_event(bench: Bench) -> None:
    bench.command("a", advance("2026-01-31"))
    (outcome,) = bench.outcomes("a")
    assert outcome.result == "ACCEPTED"
    (event,) = (each.event for each in bench.log.control if each.event.subject == "date")
    assert outcome.event_ids == (event.event_id,)
    assert str(bench.business_date) == "2026-01-31"


@pytest.mark.parametrize("to", ["2026-01-31", "2026-01-30", "1990-01-01"])
def test_the_date_only_rises(bench: Bench, to: str) -> None:
    bench.command("a", advance("2026-01-31"))
    bench.command("b", advance(to))
    assert refused(bench, "b") == (
        f"payload.to: {to} is not after the business date 2026-01-31; it only rises",
    )
    assert str(bench.business_date) == "2026-01-31"


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "{",
        "null",
        "[]",
        "[" * 5000,
        '"2026-01-31"',
        "{}",
        '{"to": null}',
        '{"to": 20260131}',
        '{"to": "31-01-2026"}',
        '{"to": "2026-02-31"}',
        '{"to": "0001-01-01"}',
        '{"to": "9999-12-31"}',
        '{"to": "2026-01-31", "nik": "7471010101900000"}',
    ],
)
def test_a_payload_that_is_no_use_is_refused_without_repeating_it(bench: Bench, payload: str) -> None:
    bench.command("a", command("ADVANCE_BUSINESS_DATE", payload))
    reasons = "\n".join(refused(bench, "a"))
    assert "payload" in reasons
    assert "7471010101900000" not in reasons
    assert bench.business_date is None


def test_all_reasons_come_at_once(bench: Bench) -> None:
    bench.command("a", command("SET_POLICY", {"police": 1}, by="", basis="NIK 7471010101900000"))
    reasons = refused(bench, "a")
    assert len(reasons) == 4
    assert [reason.partition(":")[0] for reason in reasons] == ["by", "basis", "payload.policy", "payload"]
    assert "7471010101900000" not in "".join(reasons)


def test_a_basis_is_asked_for_even_when_all_else_is_right(bench: Bench) -> None:
    bench.command("a", command("ADVANCE_BUSINESS_DATE", {"to": "2026-01-31"}, basis="  "))
    assert refused(bench, "a") == ("basis: must not be empty",)
    assert bench.business_date is None


def test_a_hub_starts_with_the_newest_policy_and_changes_it_on_command(bench: Bench) -> None:
    assert bench.log.folded().policy == "v2026.2"
    bench.command("a", command("SET_POLICY", {"policy": "v2026.1"}))
    assert bench.log.folded().policy == "v2026.1"
    assert bench.log.folded().policy_number == 2
    bench.command("b", command("SET_POLICY", {"policy": "v2026.1"}))
    assert refused(bench, "b") == ("payload.policy: v2026.1 is already in force",)
    bench.command("c", command("SET_POLICY", {"policy": "v1"}))
    assert refused(bench, "c") == ("payload.policy: this release has v2026.1, v2026.2",)
    bench.restart()
    assert bench.log.folded().policy == "v2026.1"


def test_revoking_what_is_in_force(bench: Bench) -> None:
    bench.command("d", advance("2026-01-01"))
    bench.enact(drafted(1, "2026-01-01"))
    bench.command("a", command("REVOKE_DIRECTIVE", {"directive": NAME, "version": 1}, basis="Perintah 7"))
    assert bench.outcomes("a")[0].result == "ACCEPTED"
    assert bench.in_force() is None
    last = bench.statuses()[-1]
    assert (last.state, last.by, last.legal_basis) == ("REVOKED", "operator", "Perintah 7")


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"directive": "tak-ada", "version": 1}, "payload.directive: no version of it is in force"),
        ({"directive": NAME, "version": 2}, "payload.version: version 1 is in force"),
        ({"directive": NAME, "version": "1"}, "payload.version: "),
        ({"directive": NAME, "version": 0}, "payload.version: "),
        ({}, "payload.directive: "),
    ],
)
def test_revoking_what_is_not_in_force(bench: Bench, payload: dict[str, Any], reason: str) -> None:
    bench.command("d", advance("2026-01-01"))
    bench.enact(drafted(1, "2026-01-01"))
    bench.command("a", command("REVOKE_DIRECTIVE", payload))
    assert refused(bench, "a")[0].startswith(reason)
    assert bench.in_force() == 1


@pytest.mark.parametrize("kind", ["ADVANCE_BUSINESS_DATE", "SET_POLICY"])
def test_a_command_delivered_again_is_not_judged_again(bench: Bench, kind: CommandKind) -> None:
    asked = command(kind, {"to": "2026-01-31"} if kind == "ADVANCE_BUSINESS_DATE" else {"policy": "v2026.1"})
    bench.command("a", asked)
    bench.command("a", asked)
    bench.restart()
    bench.command("a", asked)
    (outcome,) = bench.outcomes("a")
    assert outcome.result == "ACCEPTED"
