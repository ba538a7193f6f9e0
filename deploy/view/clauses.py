"""The clauses of a directive in words: what is asked, what the person has."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from deploy.view import wording
from deploy.view.answer import Clause, Explanation
from deploy.view.numbers import NONE, day, spans
from deploy.view.regions import RegionNames
from deploy.view.wording import Words, words
from schemas.directive import DirectiveDocument, Means, Welfare
from schemas.ids import RegionCode

_NOT_KNOWN = Words("tidak diketahui", "not known")


def clause_words(
    clause: Clause, explanation: Explanation, document: DirectiveDocument | None, names: RegionNames
) -> Words:
    """One clause: whether it holds, what is asked and what is there.

    In words where the document is known, else as the engine says it.
    """
    what, result = words(wording.CLAUSE, clause.clause), wording.CLAUSE_RESULT[clause.result]
    if clause.clause == "DTSEN":
        return Words(f"– {what.indonesian}: {result.indonesian}", f"– {what.english}: {result.english}")
    if clause.clause == "ROLLOUT":
        return _rollout(clause, explanation, document)
    asks, has = asked_words(clause, document, names), has_words(clause, explanation, names)
    return Words(
        f"– {what.indonesian}: {result.indonesian} (diminta {asks.indonesian}; orang ini: {has.indonesian})",
        f"– {what.english}: {result.english} (asked {asks.english}; is {has.english})",
    )


def asked_words(clause: Clause, document: DirectiveDocument | None, names: RegionNames) -> Words:
    """What a clause asks."""
    asks = _asked(clause.clause, document.means, names) if document else None
    return asks or Words(plain(clause.asks), plain(clause.asks))


def has_words(clause: Clause, explanation: Explanation, names: RegionNames) -> Words:
    """What the person has of what a clause asks."""
    fact, value = explanation.facts.dtsen, explanation.has(clause)
    match clause.clause:
        case "PRESENCE" if isinstance(value, str):
            return words(wording.PRESENCE, value)
        case "SEX" if isinstance(value, str):
            return words(wording.SEX, value)
        case "REGION" if isinstance(value, str):
            return _same(_place(value, names))
        case "WELFARE" if fact is not None:
            return decile_words(fact.decile, extreme_poor=fact.extreme_poor)
        case "WORK_STATUS" if value is not None:
            return words(wording.WORK_STATUS, str(value))
    return _NOT_KNOWN if value is None else _same(plain(value))


def plain(value: Any) -> str:
    """A value of a clause in few characters: lists by commas, ranges by a dash, nothing as a dash."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "ya/yes" if value else "tidak/no"
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value)) or NONE
    if isinstance(value, dict):
        if value.keys() == {"from", "to"}:
            return f"{plain(value['from'])}–{plain(value['to'])}"
        return "; ".join(f"{name} {plain(part)}" for name, part in value.items())
    return str(value)


def _rollout(clause: Clause, explanation: Explanation, document: DirectiveDocument | None) -> Words:
    what, asks = wording.CLAUSE["ROLLOUT"], plain(clause.asks)
    if clause.result == "true":
        return Words(
            f"– {what.indonesian}: sudah berlaku di wilayah ini ({asks})",
            f"– {what.english}: has reached this region ({asks})",
        )
    planned = _planned(document, explanation.region, explanation.business_date)
    return Words(
        f"– {what.indonesian}: belum berlaku di wilayah ini ({asks})"
        f"{f'; direncanakan mulai {day(planned)}' if planned else ''}",
        f"– {what.english}: has not reached this region ({asks})"
        f"{f'; planned from {day(planned)}' if planned else ''}",
    )


def _planned(document: DirectiveDocument | None, home: str | None, today: date | None) -> date | None:
    """The date the rollout is planned to come to a home; none if that day has passed."""
    if document is None or not home or today is None:
        return None
    for step in document.rollout:
        if not step.regions or any(region.contains(RegionCode(home)) for region in step.regions):
            return step.from_ if step.from_ > today else None
    return None


def _asked(clause: str, means: Means, names: RegionNames) -> Words | None:
    match clause:
        case "PRESENCE":
            return _joined(words(wording.PRESENCE, each) for each in means.presence)
        case "REGION":
            return _same(", ".join(_place(code.text, names) for code in means.regions))
        case "WELFARE" if means.welfare:
            return _welfare(means.welfare)
        case "AGE" if means.age:
            return _same(f"{means.age.from_}–{means.age.to}")
        case "SEX" if means.sex:
            return words(wording.SEX, means.sex)
        case "WORK_STATUS" if means.work_statuses:
            return _joined(words(wording.WORK_STATUS, str(each)) for each in means.work_statuses)
        case "INDUSTRY" if means.industries:
            return _same(spans(means.industries))
    return None


def _welfare(welfare: Welfare) -> Words:
    parts = [Words(f"desil {spans(welfare.deciles)}", f"decile {spans(welfare.deciles)}")]
    parts = parts if welfare.deciles else []
    if welfare.extreme_poor:
        parts.append(Words("miskin ekstrem", "extreme poor"))
    if welfare.unranked:
        parts.append(Words("belum berperingkat", "unranked"))
    return Words(
        " atau ".join(part.indonesian for part in parts), " or ".join(part.english for part in parts)
    )


def decile_words(decile: int | None, *, extreme_poor: bool) -> Words:
    """How DTSEN ranks someone."""
    poor = Words(", miskin ekstrem", ", extreme poor") if extreme_poor else Words("", "")
    if decile is None:
        return Words(f"belum berperingkat{poor.indonesian}", f"unranked{poor.english}")
    return Words(f"desil {decile}{poor.indonesian}", f"decile {decile}{poor.english}")


def _place(code: str, names: RegionNames) -> str:
    name = names.name(code)
    return code if name == code else f"{name} ({code})"


def _joined(several: Iterator[Words]) -> Words:
    said = list(several)
    return Words(
        ", ".join(each.indonesian for each in said) or NONE, ", ".join(each.english for each in said) or NONE
    )


def _same(text: str) -> Words:
    return Words(text or NONE, text or NONE)
