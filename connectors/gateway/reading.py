"""From envelopes to events that can be sent: tokens for NIKs, typed values, every fault with its pointer."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.client.event_json import Fault, ReadEvents, read_events
from connectors.gateway.checks import faults_of
from connectors.gateway.cloudevents import Envelope
from connectors.gateway.facts import Fact
from connectors.gateway.ledger import Entry, hashed
from connectors.gateway.personal import NO_NUMBER, in_text, read_person
from connectors.gateway.problems import Problem
from connectors.gateway.scopes import DIRECTIVE, MANIFEST, MEMBERSHIP, PERSON_RANKED, Principal
from schemas.errors import ContractBroken
from schemas.events import BatchManifest, DirectiveEvent, MembershipSnapshot, PersonRanked
from schemas.ids import PersonToken
from schemas.names import (
    AGENCY_MANIFESTS,
    BPJS_MEMBERSHIPS,
    DTSEN_PERSONS,
    KEMNAKER_DIRECTIVES,
    TOPIC_OF_AGENCY,
)
from schemas.tokens import Tokenizer

Event = PersonRanked | MembershipSnapshot | DirectiveEvent | BatchManifest

TOPICS: Mapping[str, str] = {
    PERSON_RANKED: DTSEN_PERSONS,
    MEMBERSHIP: BPJS_MEMBERSHIPS,
    DIRECTIVE: KEMNAKER_DIRECTIVES,
    MANIFEST: AGENCY_MANIFESTS,
}
KINDS: Mapping[str, type[Any]] = {
    PERSON_RANKED: PersonRanked,
    MEMBERSHIP: MembershipSnapshot,
    DIRECTIVE: DirectiveEvent,
    MANIFEST: BatchManifest,
}

BATCH_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
DIRECTIVE_ID = r"[a-z0-9][a-z0-9-]{0,63}"
_BATCH_ID, _DIRECTIVE_ID = re.compile(BATCH_ID), re.compile(DIRECTIVE_ID)
_ABOUT_PERSONS = (PERSON_RANKED, MEMBERSHIP)


@dataclass(frozen=True, slots=True)
class Ready:
    """One event that can be sent: its key on the topic, and how it is known again."""

    type: str
    key: bytes
    event: Event
    entry: Entry
    fact: Fact | None

    @property
    def topic(self) -> str:
        """Where it goes."""
        return TOPICS[self.type]

    @property
    def batch(self) -> str | None:
        """The batch a fact belongs to, or a manifest speaks of."""
        if self.type == MANIFEST:
            return self.key.decode("ascii")
        return self.fact.batch if self.fact else None

    @property
    def batch_path(self) -> tuple[str, ...]:
        """Where in the event the batch is named."""
        return ("subject",) if self.type == MANIFEST else ("data", "batch")


class EventReader:
    """Reads the events of one request for one sender. ``now`` dates what says no time itself."""

    def __init__(self, tokenizer: Tokenizer, who: Principal, now: datetime) -> None:
        self._tokenizer, self._who, self._now = tokenizer, who, now
        self._agency = who.need_agency()
        self._faults: list[Fault] = []

    def read(self, envelopes: Sequence[Envelope], sent: Mapping[str, Mapping[str, Any]]) -> list[Ready]:
        """Every event, or the 422 with every fault; a 403 for types the token does not allow.

        ``sent`` has, by batch, what fills up a manifest that gives no count.
        """
        if refused := sorted({each.type for each in envelopes} - set(self._who.types)):
            raise Problem(
                "scope-missing",
                f"the token does not allow events of {', '.join(refused)}",
                more={"types": refused},
            )
        keys = [self._key(number, each) for number, each in enumerate(envelopes)]
        data = [self._data(number, each) for number, each in enumerate(envelopes)]
        entries = [
            self._entry(each, key, fields) for each, key, fields in zip(envelopes, keys, data, strict=True)
        ]
        for number, each in enumerate(envelopes):
            if each.type == MANIFEST:
                self._fill(number, data[number], sent.get(each.subject))
        events = self._events(envelopes, data)
        self._check_repeats(entries)
        if self._faults:
            raise Problem("faults", "nothing was sent; mend what is listed", faults=self._faults)
        return [
            Ready(each.type, _text(key), events[number], entry, _fact(key, events[number]))
            for number, (each, key, entry) in enumerate(zip(envelopes, keys, entries, strict=True))
        ]

    def _key(self, number: int, envelope: Envelope) -> PersonToken | str:
        if envelope.type in _ABOUT_PERSONS:
            try:
                return read_person(envelope.subject, self._tokenizer)
            except ContractBroken as broken:
                self._fault(broken.detail, number, "subject")
                return ""
        pattern, form = (
            (_BATCH_ID, "a batch id: up to 100 letters, digits, dots, dashes")
            if envelope.type == MANIFEST
            else (_DIRECTIVE_ID, "a directive id: lower-case letters, digits, dashes")
        )
        if not pattern.fullmatch(envelope.subject) or in_text(envelope.subject):
            self._fault(f"must be {form}", number, "subject")
        return envelope.subject

    def _data(self, number: int, envelope: Envelope) -> dict[str, Any]:
        fields = dict(envelope.data)
        if envelope.type in _ABOUT_PERSONS:
            batch = fields.get("batch")
            if isinstance(batch, str) and (not _BATCH_ID.fullmatch(batch) or in_text(batch)):
                self._fault("up to 100 letters, digits, dots, dashes, no 16 digits", number, "data", "batch")
            if isinstance(fields.get("replaced_by"), str):
                fields["replaced_by"] = self._other(number, fields["replaced_by"], envelope)
        elif envelope.type == DIRECTIVE:
            self._author(number, fields)
        return fields

    def _other(self, number: int, text: str, envelope: Envelope) -> str:
        try:
            other = read_person(text, self._tokenizer)
        except ContractBroken as broken:
            self._fault(broken.detail, number, "data", "replaced_by")
            return ""
        if text == envelope.subject:
            self._fault("must be another person", number, "data", "replaced_by")
        return other.hex

    def _author(self, number: int, fields: dict[str, Any]) -> None:
        """Whoever drafts must not approve: who it was is what the token says."""
        if fields.setdefault("by", self._who.subject) != self._who.subject:
            self._fault("leave it out: it is who the token speaks for", number, "data", "by")
        if isinstance(fields.get("document"), dict):
            fields["document"] = json.dumps(fields["document"], ensure_ascii=False)
        fields.setdefault("document", None)
        basis = fields.get("legal_basis")
        if isinstance(basis, str) and in_text(basis):
            self._fault(NO_NUMBER, number, "data", "legal_basis")

    def _fill(self, number: int, fields: dict[str, Any], known: Mapping[str, Any] | None) -> None:
        topic = TOPIC_OF_AGENCY[self._agency]
        for name, own in (("agency", self._agency), ("topic", topic)):
            if fields.setdefault(name, own) != own:
                self._fault("leave it out: it is that of the token's agency", number, "data", name)
        fields.setdefault("published_at", self._now.isoformat())
        for name in ("window_from", "window_to"):
            fields.setdefault(name, None)
        if "digest" in fields:
            return
        if known is None:
            self._fault("nothing came here under this batch: give count and digest", number, "data")
            fields.update(count=0, digest="")
        elif fields.setdefault("count", known["count"]) != known["count"]:
            self._fault(f"{known['count']} were acknowledged here under this batch", number, "data", "count")
            fields["digest"] = ""
        else:
            fields.update({**known, **fields})

    def _entry(self, envelope: Envelope, key: PersonToken | str, fields: Mapping[str, Any]) -> Entry:
        content = json.dumps(fields, sort_keys=True, separators=(",", ":"))
        return Entry(
            hashed(self._agency, envelope.source, envelope.id), hashed(envelope.type, str(key), content)
        )

    def _events(self, envelopes: Sequence[Envelope], data: Sequence[Mapping[str, Any]]) -> dict[int, Event]:
        events: dict[int, Event] = {}
        for name, kind in KINDS.items():
            places = [number for number, each in enumerate(envelopes) if each.type == name]
            if not places:
                continue
            found: ReadEvents[Event] = read_events(kind, [data[place] for place in places])
            while found.faults:
                for fault in found.faults:
                    where, *path = fault.path
                    self._fault(fault.detail, places[int(where)], "data", *path)
                # The others may have faults of their own, and all are told at once.
                spoiled = {places[int(fault.path[0])] for fault in found.faults}
                places = [place for place in places if place not in spoiled]
                found = read_events(kind, [data[place] for place in places])
            for place, event in zip(places, found.events, strict=True):
                events[place] = event
                for fault in faults_of(event, self._now):
                    self._faults.append(fault.below(place, "data"))
        return events

    def _check_repeats(self, entries: Sequence[Entry]) -> None:
        first: dict[bytes, int] = {}
        for number, entry in enumerate(entries):
            if (before := first.setdefault(entry.key, number)) != number:
                self._fault(f"the same source and id as event {before} of this request", number, "id")

    def _fault(self, detail: str, *path: str | int) -> None:
        self._faults.append(Fault(path, detail))


def _fact(key: PersonToken | str, event: Event) -> Fact | None:
    if not isinstance(key, PersonToken) or not isinstance(event, PersonRanked | MembershipSnapshot):
        return None
    region = event.region if isinstance(event, PersonRanked) else None
    return Fact(key, event.batch, event.version, region)


def _text(key: PersonToken | str) -> bytes:
    return (key.hex if isinstance(key, PersonToken) else key).encode("utf-8")
