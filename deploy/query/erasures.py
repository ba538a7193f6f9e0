"""Who was erased, whether that is carried out, and who was reinstated, from the control plane's topics."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from schemas.catalog import TopicSpec
from schemas.events import ControlEvent, ErasureProof, Outcome, PersonErased, PersonReinstated


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure. ``proof`` and ``proven_at`` are None while it is not carried out, and once its outcome,
    kept for a year, is gone; ``reinstated_at`` if facts of the person count again.
    """

    person: str
    by: str
    basis: str
    decided_at: datetime
    proof: ErasureProof | None
    proven_at: datetime | None
    reinstated_at: datetime | None


def read_erasures(
    events: Iterable[ControlEvent], outcomes: Iterable[Outcome], person: str | None = None
) -> list[Erasure]:
    """All of them, or those of one token, in the order they were decided."""
    decided: dict[tuple[str, int], ControlEvent] = {}
    for event in events:
        if isinstance(event.body, PersonErased | PersonReinstated):
            decided.setdefault((event.body.person, event.version), event)
    proofs = {outcome.event_ids[0]: outcome for outcome in outcomes if outcome.erasure and outcome.event_ids}
    found = [
        _erasure(token, event, proofs.get(event.event_id), decided.get((token, version + 1)))
        for (token, version), event in decided.items()
        if isinstance(event.body, PersonErased) and person in (None, token)
    ]
    return sorted(found, key=lambda each: each.decided_at)


def _erasure(
    token: str, event: ControlEvent, outcome: Outcome | None, undone: ControlEvent | None
) -> Erasure:
    return Erasure(
        person=token,
        by=event.by,
        basis=event.basis,
        decided_at=event.decided_at,
        proof=outcome.erasure if outcome else None,
        proven_at=outcome.decided_at if outcome else None,
        reinstated_at=undone.decided_at if undone else None,
    )


def remains(topics: Iterable[TopicSpec]) -> list[tuple[str, str]]:
    """Topics on which something of an erased person may lie for a while, and how long they keep it."""
    return sorted((topic.name, topic.kept) for topic in topics if topic.personal_data != "none")
