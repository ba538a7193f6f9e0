"""One person explained, by the same masks that decide the live verdict."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from schemas.names import GAP_REASONS, PRESENCES, PROGRAMS, SEXES
from streams.coverage.directive import FALSE, NOT_KNOWN, TRUE, CompiledDirective
from streams.coverage.facts import ENROLLED, UNKNOWN, UNRANKED, Facts
from streams.coverage.ordering import NO_FACT
from streams.coverage.situation import ARREARS_SHIFT, MembershipRule, date_of
from streams.coverage.verdict import COVERED, NOT_MEANT, evaluate, missing_of, reason_of, situations_of

_ANSWERS = {FALSE: "false", TRUE: "true", NOT_KNOWN: "unknown"}


def explain_facts(facts: Facts, membership: MembershipRule | None) -> dict[str, Any]:
    """What each agency says of the one person in ``facts`` (length 1), ready for JSON; ``None`` where it
    says nothing.
    """
    dtsen = bpjs = None
    if facts.dtsen_version[0] != NO_FACT:
        dtsen = {
            "version": int(facts.dtsen_version[0]),
            "offset": int(facts.dtsen_offset[0]),
            "decile": _or_none(int(facts.decile[0]), UNRANKED),
            "extreme_poor": bool(facts.extreme_poor[0]),
            "birth_date": date_of(int(facts.birth[0])).isoformat(),
            "sex": SEXES[facts.sex[0]],
            "work_status": _or_none(int(facts.work_status[0]), UNKNOWN),
            "industry": _or_none(int(facts.industry[0]), UNKNOWN),
            "presence": PRESENCES[facts.presence[0]],
        }
    if facts.bpjs_version[0] != NO_FACT:
        situation = int(situations_of(facts, membership)[0]) if membership is not None else 0
        bpjs = {
            "version": int(facts.bpjs_version[0]),
            "offset": int(facts.bpjs_offset[0]),
            "alive": programs_in(situation),
            "in_arrears": programs_in(situation >> ARREARS_SHIFT),
            "enrolled": bool(facts.bpjs_flags[0] & ENROLLED),
        }
    return {"dtsen": dtsen, "bpjs": bpjs}


def explain_directive(
    directive: CompiledDirective, facts: Facts, membership: MembershipRule
) -> dict[str, Any]:
    """Whether and why the directive means the one person in ``facts``, clause by clause, and its verdict."""
    # Of someone without a DTSEN fact only the first clause, DTSEN, is asked: the other columns mean nothing.
    known = facts.dtsen_version[0] != NO_FACT
    asked = directive.clauses if known else directive.clauses[:1]
    answers = [(clause, int(clause.answer(facts)[0])) for clause in asked]
    code = int(evaluate(directive, facts, situations_of(facts, membership))[0])
    failing = next((clause.name for clause, answer in answers if answer == FALSE), None)
    return {
        "directive": directive.id,
        "version": directive.version,
        "means": code != NOT_MEANT,
        "clauses": [{"clause": c.name, "result": _ANSWERS[answer], "asks": c.asks} for c, answer in answers],
        "not_meant_reason": None if code != NOT_MEANT else failing or "INCOMPLETE_DATA",
        "verdict": explain_verdict(code),
    }


def explain_verdict(code: int) -> Mapping[str, Any] | None:
    """A verdict code in words; ``None`` for not meant."""
    if code == NOT_MEANT:
        return None
    codes = np.array([code], np.uint16)
    reason = int(reason_of(codes)[0])
    return {
        "status": "COVERED" if code == COVERED else "GAP",
        "missing": programs_in(int(missing_of(codes)[0])),
        "reason": None if reason < 0 else GAP_REASONS[reason],
    }


def programs_in(mask: int) -> Sequence[str]:
    """Programs of a bit mask, in schema order."""
    return [program for number, program in enumerate(PROGRAMS) if mask >> number & 1]


def _or_none(value: int, null: int) -> int | None:
    return None if value == null else value
