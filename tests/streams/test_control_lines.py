"""The line of each kind of decision: its id, what it is about, and nobody in it."""

import typing
from datetime import date
from typing import Any

import pytest

from monitoring.logs.fields import FIELDS
from schemas.events import (
    BusinessDateSet,
    ControlBody,
    DirectiveApproved,
    DirectiveHeld,
    DirectiveInForce,
    DirectivePreviewed,
    DirectiveWithdrawn,
    FullReconciled,
    GuardGranted,
    GuardLimitSet,
    GuardShare,
    HoldsDecided,
    InputResumed,
    PersonErased,
    PersonReinstated,
    PolicyInForce,
    PreviewWanted,
    StateGeneration,
)
from streams.control.decisions import decide
from streams.control_lines import control_line
from tests.streams.control.builders import NOW

NAME = "inpres-8-2025"
TOKEN = "65dd8a8cbcb2c42ef7a292475637141f"
ABOUT = {"directive": NAME, "version": 2}
UNUSED: Any = None
"""Figures and bounds, of which a line says nothing."""

LINES: list[tuple[ControlBody, str, dict[str, object]]] = [
    (BusinessDateSet(date(2026, 1, 5)), "business date raised", {"business_date": date(2026, 1, 5)}),
    (PolicyInForce("2026.1"), "policy in force", {"policy": "2026.1"}),
    (
        PreviewWanted("p", 3, "DRAFT", NAME, 2, "{}"),
        "preview asked",
        {**ABOUT, "preview": "p", "attempt": 3, "purpose": "DRAFT"},
    ),
    (DirectivePreviewed(NAME, 2, UNUSED), "directive previewed", ABOUT),
    (DirectiveApproved(NAME, 2, "0" * 64, UNUSED), "directive approved", ABOUT),
    (DirectiveHeld(NAME, 2, UNUSED, ("a", "b")), "directive held", {**ABOUT, "reasons": 2}),
    (DirectiveInForce(NAME, 2, "{}"), "directive in force", {**ABOUT, "step": 7}),
    (
        DirectiveInForce(NAME, 2, "{}", date(2026, 1, 5)),
        "directive in force, rollout paused",
        {**ABOUT, "step": 7},
    ),
    (DirectiveWithdrawn(NAME, 2, "REVOKED"), "directive withdrawn", {**ABOUT, "state": "REVOKED"}),
    (
        GuardGranted(date(2026, 1, 5), (GuardShare("74.71", 60), GuardShare("74.02", 25)), 25),
        "guard granted",
        {"business_date": date(2026, 1, 5), "regencies": 2, "persons": 85},
    ),
    (GuardLimitSet("74.71", 400), "guard limit set", {"region": "74.71", "persons": 400}),
    (HoldsDecided("RELEASED", "ID", None), "holds decided", {"decision": "RELEASED", "region": "ID"}),
    (
        HoldsDecided("REFUSED", "74.71", TOKEN),
        "hold of one person decided",
        {"decision": "REFUSED", "region": "74.71"},
    ),
    (
        FullReconciled("BPS", "BPS-2026Q1", ()),
        "full publication reconciled",
        {"agency": "BPS", "batch": "BPS-2026Q1"},
    ),
    (PersonErased(TOKEN), "person erased", {}),
    (PersonReinstated(TOKEN), "person reinstated", {}),
    (InputResumed("dtsen.persons", 2, None), "input resumed", {"topic": "dtsen.persons", "partition": 2}),
    (StateGeneration(3, 2), "state generation raised", {"partition": 3, "generation": 2}),
]


@pytest.mark.parametrize(("body", "message", "fields"), LINES, ids=lambda each: type(each).__name__)
def test_a_decision_is_told_by_its_id_and_names_nobody(
    body: ControlBody, message: str, fields: dict[str, object]
) -> None:
    event = decide("subject", 2, 7, "Nama Pejabat", "surat 12", NOW, body)
    line = control_line(event, "c-1")
    assert line.message == message
    assert line.fields == {"event": event.event_id, "command": "c-1", **fields}
    assert line.fields.keys() <= FIELDS.keys()
    for word in ("Nama Pejabat", "surat 12", TOKEN):
        assert word not in str(line)


def test_every_kind_of_decision_has_a_line() -> None:
    assert {type(body) for body, _, _ in LINES} == set(typing.get_args(ControlBody))
