"""An explanation as sentences: Indonesian first, English second."""

from collections.abc import Iterator, Mapping, Sequence

from deploy.query.evidence import FactRecord
from deploy.view import wording
from deploy.view.answer import BpjsFact, DirectivePart, DtsenFact, Explanation
from deploy.view.clauses import clause_words, decile_words
from deploy.view.evidence import evidence_sentences, held_sentences
from deploy.view.numbers import NONE, day
from deploy.view.regions import RegionNames
from deploy.view.wording import Words, words
from schemas.directive import DirectiveDocument

Documents = Mapping[tuple[str, int], DirectiveDocument]
"""The directives in force by id and version, so that what they ask can be said in words."""

NOT_FOUND = Words(
    "Hub tidak memiliki data apa pun tentang orang ini.", "The hub holds nothing about this person."
)
_NO_STOP = Words(
    "Ini tidak menyatakan apa pun tentang kepesertaan; iuran tidak boleh dihentikan karenanya.",
    "This says nothing about membership: nobody may stop a contribution because of it.",
)


def sentences(
    explanation: Explanation,
    names: RegionNames,
    documents: Documents | None = None,
    evidence: Sequence[FactRecord] = (),
) -> list[Words]:
    """All that is to be said, in the order a person asks: who, what is known, what follows, what is out,
    what it rests on.
    """
    said = list(_sentences(explanation, names, documents or {}))
    return [*said, *evidence_sentences(evidence), _rests_on(explanation)]


def lines(said: list[Words]) -> list[str]:
    """For the screen: each sentence, its English below it."""
    return [line for one in said for line in (one.indonesian, f"    {one.english}")]


def _sentences(explanation: Explanation, names: RegionNames, documents: Documents) -> Iterator[Words]:
    yield _where(explanation, names)
    yield _dtsen(explanation.facts.dtsen)
    yield _bpjs(explanation.facts.bpjs)
    if not explanation.directives:
        yield Words("Tidak ada direktif yang berlaku.", "No directive is in force.")
    for directive in explanation.directives:
        document = documents.get((directive.directive, directive.version))
        yield from _directive(directive, explanation.facts.bpjs, document)
        for clause in directive.clauses:
            yield clause_words(clause, explanation, document, names)
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
    decile = decile_words(fact.decile, extreme_poor=fact.extreme_poor)
    return Words(
        f"DTSEN rilis {year} triwulan {quarter} (koreksi {correction}): "
        f"{decile.indonesian}, {presence.indonesian}.",
        f"DTSEN release {year} quarter {quarter} (correction {correction}): "
        f"{decile.english}, {presence.english}.",
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


def _directive(
    part: DirectivePart, bpjs: BpjsFact | None, document: DirectiveDocument | None
) -> Iterator[Words]:
    name = f"{part.directive} v{part.version}"
    if part.means and part.verdict is not None:
        status = words(wording.STATUS, part.verdict.status)
        if part.verdict.reason is None:
            yield Words(f"{name}: {status.indonesian}.", f"{name}: {status.english}.")
        else:
            reason, missing = words(wording.GAP_REASON, part.verdict.reason), _list(part.verdict.missing)
            yield Words(
                f"{name}: {status.indonesian}, kurang {missing}, karena {reason.indonesian}.",
                f"{name}: {status.english}, {missing} missing, because {reason.english}.",
            )
        if document is not None:
            yield _programs(document, part.verdict.missing, bpjs)
    elif part.not_meant_reason == "INCOMPLETE_DATA":
        yield Words(
            f"{name}: belum dapat ditentukan, data belum lengkap.",
            f"{name}: cannot be told yet, a fact is not known.",
        )
    elif part.not_meant_reason is None:
        yield Words(f"{name}: tidak berlaku bagi orang ini.", f"{name}: does not mean this person.")
    else:
        first = words(wording.CLAUSE, part.not_meant_reason)
        yield Words(
            f"{name}: tidak berlaku bagi orang ini, pertama karena {first.indonesian}.",
            f"{name}: does not mean this person, first because of {first.english}.",
        )


def _programs(document: DirectiveDocument, missing: Sequence[str], bpjs: BpjsFact | None) -> Words:
    asked = ", ".join(document.requires)
    alive = ", ".join(each for each in document.requires if each not in missing) or NONE
    late = [each for each in missing if bpjs is not None and each in bpjs.in_arrears]
    owed = Words(
        f"; menunggak {', '.join(late)}" if late else "", f"; in arrears {', '.join(late)}" if late else ""
    )
    lacking = ", ".join(missing) or NONE
    return Words(
        f"– program: diminta {asked}; berjalan {alive}; kurang {lacking}{owed.indonesian}",
        f"– programmes: asked {asked}; alive {alive}; missing {lacking}{owed.english}",
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
    if explanation.held is not None:
        yield from held_sentences(explanation.held)
    elif explanation.pending:
        yield Words("Putusan baru menunggu diterbitkan.", "A newer verdict is waiting to be published.")


def _rests_on(explanation: Explanation) -> Words:
    when = day(explanation.business_date)
    return Words(
        f"Dasar: tanggal bisnis {when}, peristiwa kendali sampai {explanation.control_offset}.",
        f"Rests on business date {when} and control events up to {explanation.control_offset}.",
    )


def _list(symbols: tuple[str, ...]) -> str:
    return ", ".join(symbols) or NONE
