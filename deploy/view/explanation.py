"""An explanation as sentences: Indonesian first, English second."""

from collections.abc import Iterator
from typing import Any

from deploy.view import wording
from deploy.view.answer import BpjsFact, Clause, DirectivePart, DtsenFact, Explanation
from deploy.view.numbers import NONE, day
from deploy.view.regions import RegionNames
from deploy.view.wording import Words, words

NOT_FOUND = Words(
    "Hub tidak memiliki data apa pun tentang orang ini.", "The hub holds nothing about this person."
)
_NO_STOP = Words(
    "Ini tidak menyatakan apa pun tentang kepesertaan; iuran tidak boleh dihentikan karenanya.",
    "This says nothing about membership: nobody may stop a contribution because of it.",
)


def sentences(explanation: Explanation, names: RegionNames) -> list[Words]:
    """All that is to be said, in the order a person asks: who, what is known, what follows, what is out."""
    return list(_sentences(explanation, names))


def lines(said: list[Words]) -> list[str]:
    """For the screen: each sentence, its English below it."""
    return [line for one in said for line in (one.indonesian, f"    {one.english}")]


def _sentences(explanation: Explanation, names: RegionNames) -> Iterator[Words]:
    yield _where(explanation, names)
    yield _dtsen(explanation.facts.dtsen)
    yield _bpjs(explanation.facts.bpjs)
    if not explanation.directives:
        yield Words("Tidak ada direktif yang berlaku.", "No directive is in force.")
    for directive in explanation.directives:
        yield from _directive(directive, explanation)
    yield from _published(explanation)


def _where(explanation: Explanation, names: RegionNames) -> Words:
    when = day(explanation.business_date)
    if not explanation.region:
        return Words(
            f"Wilayah tidak diketahui; keadaan per {when}.", f"Region not known; as of business date {when}."
        )
    place = f"{names.name(explanation.region[:5])} ({explanation.region})"
    return Words(f"Tinggal di {place}; keadaan per {when}.", f"Lives in {place}; as of business date {when}.")


def _dtsen(fact: DtsenFact | None) -> Words:
    if fact is None:
        return Words("DTSEN: orang ini tidak tercatat.", "DTSEN: this person is not known.")
    release, correction = divmod(fact.version, 1 << 32)
    year, quarter = divmod(release, 10)
    presence = words(wording.PRESENCE, fact.presence)
    poor = Words(", miskin ekstrem", ", extreme poor") if fact.extreme_poor else Words("", "")
    decile = (
        Words("belum berperingkat", "unranked")
        if fact.decile is None
        else Words(f"desil {fact.decile}", f"decile {fact.decile}")
    )
    return Words(
        f"DTSEN rilis {year} triwulan {quarter} (koreksi {correction}): "
        f"{decile.indonesian}{poor.indonesian}, {presence.indonesian}.",
        f"DTSEN release {year} quarter {quarter} (correction {correction}): "
        f"{decile.english}{poor.english}, {presence.english}.",
    )


def _bpjs(fact: BpjsFact | None) -> Words:
    name = "BPJS Ketenagakerjaan"
    if fact is None:
        return Words(f"{name}: belum pernah terdaftar.", f"{name}: never registered.")
    if not fact.enrolled:
        return Words(f"{name}: kepesertaan sudah berakhir.", f"{name}: membership has ended.")
    alive, late = _list(fact.alive), _list(fact.in_arrears)
    return Words(
        f"{name}: program berjalan {alive}; menunggak {late}.", f"{name}: alive {alive}; in arrears {late}."
    )


def _directive(part: DirectivePart, explanation: Explanation) -> Iterator[Words]:
    name = f"{part.directive} v{part.version}"
    if part.means and part.verdict is not None:
        status = words(wording.STATUS, part.verdict.status)
        if part.verdict.reason is None:
            yield Words(f"{name}: {status.indonesian}.", f"{name}: {status.english}.")
            return
        reason, missing = words(wording.GAP_REASON, part.verdict.reason), _list(part.verdict.missing)
        yield Words(
            f"{name}: {status.indonesian}, kurang {missing}, karena {reason.indonesian}.",
            f"{name}: {status.english}, {missing} missing, because {reason.english}.",
        )
        return
    if part.not_meant_reason == "INCOMPLETE_DATA":
        yield Words(
            f"{name}: belum dapat ditentukan, data belum lengkap.",
            f"{name}: cannot be told yet, a fact is not known.",
        )
    else:
        yield Words(f"{name}: tidak berlaku bagi orang ini.", f"{name}: does not mean this person.")
    yield from (_clause(clause, explanation) for clause in part.clauses if clause.result != "true")


def _clause(clause: Clause, explanation: Explanation) -> Words:
    what, result = words(wording.CLAUSE, clause.clause), wording.CLAUSE_RESULT[clause.result]
    asks, has = _plain(clause.asks), _plain(explanation.has(clause))
    if clause.clause == "DTSEN":
        return Words(f"– {what.indonesian}: {result.indonesian}", f"– {what.english}: {result.english}")
    return Words(
        f"– {what.indonesian}: {result.indonesian} (diminta {asks}; ada {has})",
        f"– {what.english}: {result.english} (asked {asks}; is {has})",
    )


def _published(explanation: Explanation) -> Iterator[Words]:
    published = explanation.published
    if published is None:
        yield Words("Belum ada catatan yang diterbitkan.", "No record has been published.")
    else:
        status = words(wording.STATUS, published.status)
        yield Words(
            f"Catatan terbit ke-{published.seq}: {status.indonesian}.",
            f"Published record {published.seq}: {status.english}.",
        )
        if published.status == "NOT_ELIGIBLE":
            yield _NO_STOP
    if explanation.held:
        yield Words(
            "Perubahan ditahan sampai diputuskan petugas.", "The change is held until an operator decides."
        )
    elif explanation.pending:
        yield Words("Putusan baru menunggu diterbitkan.", "A newer verdict is waiting to be published.")
    yield Words(
        f"Dasar: peristiwa kendali sampai {explanation.control_offset}.",
        f"Rests on control events up to {explanation.control_offset}.",
    )


def _list(symbols: tuple[str, ...]) -> str:
    return ", ".join(symbols) or NONE


def _plain(value: Any) -> str:
    """A value of a clause in few characters: lists by commas, ranges by a dash, nothing as a dash."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "ya/yes" if value else "tidak/no"
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value)) or NONE
    if isinstance(value, dict):
        if value.keys() == {"from", "to"}:
            return f"{_plain(value['from'])}–{_plain(value['to'])}"
        return "; ".join(f"{name} {_plain(part)}" for name, part in value.items())
    return str(value)
