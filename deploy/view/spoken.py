"""An explanation as it is said to the person: what holds for you, and why. No codes, no numbers of versions.

A clerk reads it out; the sentences of ``explanation`` beneath it are for whoever checks.
"""

from collections.abc import Iterator, Mapping

from deploy.view import wording
from deploy.view.answer import BpjsFact, DirectivePart, Explanation, VerdictPart
from deploy.view.clauses import asked_words, has_words
from deploy.view.numbers import day
from deploy.view.regions import RegionNames
from deploy.view.wording import Words, words
from schemas.directive import DirectiveDocument
from schemas.ids import REGENCY_CHARS

Documents = Mapping[tuple[str, int], DirectiveDocument]

_NOBODY = Words("Data tentang Anda tidak ada pada kami.", "We hold nothing about you.")
_NO_DIRECTIVE = Words(
    "Saat ini tidak ada ketentuan perlindungan yang berlaku.", "No directive on protection is in force now."
)
_NO_STOP = Words(
    "Ini tidak mengubah kepesertaan Anda, dan iuran Anda tidak boleh dihentikan karenanya.",
    "This does not change your membership, and nobody may stop your contributions because of it.",
)
_HELD = Words(
    "Ada perubahan data Anda yang masih diperiksa petugas; sampai diputuskan, yang tadi tetap berlaku.",
    "A change of your data is being checked; until it is decided, what was said holds.",
)
_PENDING = Words(
    "Putusan yang baru sedang diterbitkan; tanyakan lagi beberapa saat kemudian.",
    "A newer decision is being published; please ask again in a while.",
)


def spoken(explanation: Explanation, names: RegionNames, documents: Documents) -> list[Words]:
    """What is said to the person, sentence by sentence."""
    return list(_spoken(explanation, names, documents))


def _spoken(explanation: Explanation, names: RegionNames, documents: Documents) -> Iterator[Words]:
    facts = explanation.facts
    if facts.dtsen is None and facts.bpjs is None:
        yield _NOBODY
        return
    yield _where(explanation, names)
    yield _membership(facts.bpjs)
    if not explanation.directives:
        yield _NO_DIRECTIVE
    for part in explanation.directives:
        document = documents.get((part.directive, part.version))
        yield _directive(part, explanation, document, names)
    if not any(_verdict(part, explanation) for part in explanation.directives):
        yield _NO_STOP
    if explanation.held is not None:
        yield _HELD
    elif explanation.pending:
        yield _PENDING


def _where(explanation: Explanation, names: RegionNames) -> Words:
    when = day(explanation.business_date)
    if not explanation.region:
        return Words(
            f"Keadaan per {when}; tempat tinggal Anda belum tercatat.",
            f"As of {when}; where you live is not recorded.",
        )
    place = names.name(explanation.region[:REGENCY_CHARS])
    return Words(
        f"Per {when} Anda tercatat tinggal di {place}.", f"As of {when} you are recorded in {place}."
    )


def _membership(fact: BpjsFact | None) -> Words:
    if fact is None:
        return Words(
            "Anda belum pernah terdaftar di BPJS Ketenagakerjaan.",
            "You have never been registered with BPJS Ketenagakerjaan.",
        )
    if not fact.enrolled:
        return Words(
            "Kepesertaan Anda di BPJS Ketenagakerjaan sudah berakhir.",
            "Your membership of BPJS Ketenagakerjaan has ended.",
        )
    alive, late = programs(fact.alive), programs(fact.in_arrears)
    running = Words(
        f"Jaminan Anda yang berjalan: {alive.indonesian}."
        if fact.alive
        else "Tidak ada jaminan yang berjalan.",
        f"You are insured for {alive.english}." if fact.alive else "No insurance of yours is alive.",
    )
    if not fact.in_arrears:
        return running
    return Words(
        f"{running.indonesian} Iuran menunggak untuk {late.indonesian}.",
        f"{running.english} Contributions are owed for {late.english}.",
    )


def _directive(
    part: DirectivePart, explanation: Explanation, document: DirectiveDocument | None, names: RegionNames
) -> Words:
    title = f"“{document.title}”" if document else part.directive
    verdict = _verdict(part, explanation)
    if verdict is not None:
        return _meant(title, verdict)
    if part.not_meant_reason == "INCOMPLETE_DATA":
        unknown = _listed(
            [words(wording.CLAUSE, each.clause) for each in part.clauses if each.result == "unknown"]
        )
        return Words(
            f"Belum dapat ditentukan apakah {title} mencakup Anda; belum tercatat: {unknown.indonesian}.",
            f"Whether {title} covers you cannot be told yet; not recorded: {unknown.english}.",
        )
    return _not_meant(title, part, explanation, document, names)


def _meant(title: str, verdict: VerdictPart) -> Words:
    if verdict.status == "COVERED":
        return Words(
            f"Anda termasuk yang dimaksud {title}, dan Anda sudah terlindungi.",
            f"You are among those meant by {title}, and you are covered.",
        )
    missing = programs(verdict.missing)
    reason = words(wording.GAP_REASON, verdict.reason or "")
    return Words(
        f"Anda termasuk yang dimaksud {title}, tetapi belum terlindungi untuk {missing.indonesian}, "
        f"karena {reason.indonesian}.",
        f"You are among those meant by {title}, but not yet covered for {missing.english}, "
        f"because: {reason.english}.",
    )


def _not_meant(
    title: str,
    part: DirectivePart,
    explanation: Explanation,
    document: DirectiveDocument | None,
    names: RegionNames,
) -> Words:
    no = Words(f"Anda tidak termasuk yang dimaksud {title}", f"You are not among those meant by {title}")
    failed = next((each for each in part.clauses if each.result == "false"), None)
    if failed is None:
        return Words(f"{no.indonesian}.", f"{no.english}.")
    if failed.clause == "DTSEN":
        return Words(
            f"{no.indonesian}, karena Anda belum tercatat dalam DTSEN.",
            f"{no.english}, because you are not recorded in DTSEN.",
        )
    if failed.clause == "ROLLOUT":
        return Words(
            f"{no.indonesian} untuk saat ini, karena belum berlaku di wilayah Anda.",
            f"{no.english} for now, because it has not reached your region.",
        )
    what = words(wording.CLAUSE, failed.clause)
    asked = asked_words(failed, document, names)
    has = has_words(failed, explanation, names)
    return Words(
        f"{no.indonesian}, karena {what.indonesian}: diminta {asked.indonesian}, tercatat {has.indonesian}.",
        f"{no.english}, because of {what.english}: asked is {asked.english}, recorded is {has.english}.",
    )


def _verdict(part: DirectivePart, explanation: Explanation) -> VerdictPart | None:
    """What holds for the person: where leaving a directive is held, what was published of it stands."""
    this, published = (part.directive, part.version), explanation.published
    held = explanation.held.directives if explanation.held else ()
    if published is not None and this in {(each.directive, each.version) for each in held}:
        return next((each for each in published.verdicts if (each.directive, each.version) == this), None)
    return part.verdict if part.means else None


def programs(symbols: tuple[str, ...]) -> Words:
    """Programmes by what they insure against, their short names behind."""
    return _listed([_with_symbol(symbol) for symbol in symbols])


def _with_symbol(symbol: str) -> Words:
    named = words(wording.PROGRAM, symbol)
    return Words(f"{named.indonesian} ({symbol})", f"{named.english} ({symbol})")


def _listed(several: list[Words]) -> Words:
    return Words(
        _joined([each.indonesian for each in several], "dan"),
        _joined([each.english for each in several], "and"),
    )


def _joined(parts: list[str], last: str) -> str:
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
