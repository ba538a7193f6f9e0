"""A person's processing trail as sentences: Indonesian first, English second."""

from collections.abc import Iterator

from deploy.query.trail import FactSeen, HoldStep, Publication, Trail
from deploy.view import wording
from deploy.view.evidence import version_words
from deploy.view.numbers import moment
from deploy.view.quarantine import masked, masked_id
from deploy.view.wording import Words, words
from schemas.events import Lookup

_NOTHING = Words("tidak ada", "nothing")
CHANGE = {
    "OPENED": Words("menjadi belum terlindungi", "became not covered"),
    "CLOSED": Words("tidak lagi belum terlindungi", "is no longer a gap"),
    "CHANGED": Words("berubah", "changed"),
}
CAUSE = {
    "DTSEN": Words("data DTSEN", "DTSEN data"),
    "MEMBERSHIP": Words("data kepesertaan", "membership data"),
    "DIRECTIVE": Words("arahan", "a directive"),
    "CLOCK": Words("berjalannya tanggal", "the passing of time"),
    "RELEASE": Words("dilepasnya penahanan", "the release of a hold"),
}
MEMBERSHIP_CAUSE = {
    "REGISTERED": Words("pendaftaran", "registration"),
    "PAID": Words("pembayaran iuran", "a payment"),
    "LAPSED": Words("iuran terhenti", "a lapse"),
    "ENDED": Words("kepesertaan berakhir", "the end of membership"),
    "DIED": Words("meninggal", "death"),
    "TRANSFERRED": Words("pemindahan", "a transfer"),
    "CORRECTED": Words("perbaikan data", "a correction"),
    "PUBLISHED": Words("publikasi lengkap", "a full publication"),
}


def trail_sentences(trail: Trail) -> list[Words]:
    """Who asked, what came, what was published, what was held; each with how far back it can reach."""
    return [
        *_part(
            Words("Siapa yang melihat (satu tahun)", "Who looked (one year)"), map(_lookup, trail.lookups)
        ),
        *_part(
            Words("Data yang diterima dari instansi (35 hari)", "Data received from agencies (35 days)"),
            map(_fact, trail.facts),
        ),
        *_part(
            Words(
                "Yang diterbitkan (semua dalam tujuh hari, lalu yang terakhir)",
                "What was published (all of seven days, then the last)",
            ),
            map(_published, trail.published),
        ),
        *_part(Words("Penahanan", "Holds"), map(_hold, trail.holds)),
    ]


def _part(title: Words, items: Iterator[Words]) -> Iterator[Words]:
    said = list(items)
    if not said:
        yield Words(f"{title.indonesian}: {_NOTHING.indonesian}.", f"{title.english}: {_NOTHING.english}.")
        return
    yield Words(f"{title.indonesian}:", f"{title.english}:")
    yield from (Words(f"– {each.indonesian}", f"– {each.english}") for each in said)


def _lookup(lookup: Lookup) -> Words:
    # Whoever may write to the topic may have written anything.
    when, by, purpose = moment(lookup.asked_at), masked(lookup.by), masked(lookup.purpose)
    what = words(wording.LOOKUP_KIND, lookup.kind)
    return Words(
        f"{when}: {by}, {what.indonesian}, untuk: {purpose}.",
        f"{when}: {by}, {what.english}, for: {purpose}.",
    )


def _fact(fact: FactSeen) -> Words:
    version = version_words(fact.topic, fact.version)
    cause = words(MEMBERSHIP_CAUSE, fact.cause) if fact.cause else None
    where = f"{fact.topic}/{fact.partition}/{fact.offset}"
    batch = masked_id(fact.batch)
    return Words(
        f"{moment(fact.taken_at)}: {version.indonesian}, kiriman {batch}"
        f"{f', karena {cause.indonesian}' if cause else ''} ({where}).",
        f"{moment(fact.taken_at)}: {version.english}, batch {batch}"
        f"{f', because of {cause.english}' if cause else ''} ({where}).",
    )


def _published(record: Publication) -> Words:
    status, change = words(wording.STATUS, record.status), words(CHANGE, record.change)
    causes = [words(CAUSE, cause) for cause in record.causes]
    return Words(
        f"{moment(record.decided_at)}: catatan ke-{record.seq}, {status.indonesian}, {change.indonesian} "
        f"karena {', '.join(each.indonesian for each in causes) or '–'}.",
        f"{moment(record.decided_at)}: record {record.seq}, {status.english}, {change.english} "
        f"because of {', '.join(each.english for each in causes) or '–'}.",
    )


def _hold(step: HoldStep) -> Words:
    when = moment(step.at)
    if step.hold is None:
        return Words(f"{when}: penahanan berakhir.", f"{when}: the hold ended.")
    state = words(wording.HOLD_STATE, step.hold.state)
    named = ", ".join(f"{each.directive} v{each.version}" for each in step.hold.directives)
    return Words(
        f"{when}: keluar dari {named} ditahan, {state.indonesian}.",
        f"{when}: leaving {named} was held, {state.english}.",
    )
