"""The columns of ``streams.coverage`` put together for a test; answers have the oracle's shape."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.directive import DirectiveDocument
from schemas.names import GAP_REASONS, PROGRAMS, REJECT_REASONS
from schemas.policy import Policy
from schemas.regions import Regions
from streams.coverage.bpjs import read_bpjs
from streams.coverage.checks import RegionColumn
from streams.coverage.directive import CompiledDirective, compile_directive
from streams.coverage.dtsen import read_dtsen
from streams.coverage.facts import Facts, Incoming
from streams.coverage.ordering import classify
from streams.coverage.region_index import RegionIndex
from streams.coverage.situation import MembershipRule, covered_through, day_number
from streams.coverage.verdict import COVERED, NOT_MEANT, evaluate, missing_of, reason_of, situations_of
from tests.oracle.records import RawRecord, as_date
from tests.oracle.verdict import Desired, Verdict
from tests.oracle.vocabulary import PERSONS
from tests.property.strategies import TOKENS

CLASSES = ("accepted", "duplicate", "stale", "conflict")
"""Names of the numbers in ``streams.coverage.ordering``."""

_ENROLMENT = pa.struct(
    [
        ("segment", pa.string()),
        ("programs", pa.list_(pa.string())),
        ("paid_through", pa.date32()),
        ("payer", pa.string()),
        ("funding_id", pa.string()),
    ]
)
_PERSON_TYPES = {
    "version": pa.int64(),
    "batch": pa.string(),
    "decile": pa.int32(),
    "extreme_poor": pa.bool_(),
    "birth_date": pa.date32(),
    "sex": pa.string(),
    "region": pa.string(),
    "work_status": pa.int32(),
    "industry": pa.int32(),
    "presence": pa.string(),
    "replaced_by": pa.string(),
    "observed_at": pa.timestamp("ms"),
}
_MEMBERSHIP_TYPES = {
    "version": pa.int64(),
    "batch": pa.string(),
    "cause": pa.string(),
    "enrolments": pa.list_(_ENROLMENT),
    "observed_at": pa.timestamp("ms"),
}


def table(topic: str, records: Sequence[Mapping[str, Any]]) -> pa.RecordBatch:
    """Decoded records of one topic as the batch decoder yields them."""
    types = _PERSON_TYPES if topic == PERSONS else _MEMBERSHIP_TYPES
    days = [_with_days(record) for record in records]
    arrays = [_array([record[name] for record in days], kind) for name, kind in types.items()]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(list(types.items())))


def _with_days(value: Any) -> Any:
    """Dates as days since 1970, which may be beyond any calendar."""
    if isinstance(value, Mapping):
        return {name: _with_days(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_days(item) for item in value]
    return day_number(value) if type(value) is date else value


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    if kind == pa.date32():
        return pa.array(values, pa.int32()).view(pa.date32())
    if kind != _MEMBERSHIP_TYPES["enrolments"]:
        return pa.array(values, kind)
    flat = [item for items in values for item in items]
    fields = [_array([item[field.name] for item in flat], field.type) for field in _ENROLMENT]
    ends = np.cumsum([0, *(len(items) for items in values)])
    return pa.ListArray.from_arrays(
        pa.array(ends, pa.int32()), pa.StructArray.from_arrays(fields, fields=list(_ENROLMENT))
    )


class Columns:
    """One partition of everybody in TOKENS, row by row; fed with records whose key and value are good."""

    def __init__(self, regions: Regions) -> None:
        self.index = RegionIndex()
        self.facts = Facts.empty(len(TOKENS))
        self._regions = RegionColumn(regions, self.index)

    def read(self, records: Sequence[RawRecord]) -> tuple[Incoming, NDArray[np.intp], list[str | None]]:
        """Check records of one topic: those usable, their positions, and every record's reason or None."""
        topic = records[0].topic
        rows = table(topic, [record.value for record in records])  # type: ignore[misc]
        tokens = np.frombuffer(b"".join(bytes.fromhex((r.key or b"").decode()) for r in records), np.uint8)
        offsets = np.array([record.offset for record in records], np.int64)
        timestamps = np.array([record.timestamp_ms for record in records], np.int64)
        if topic == PERSONS:
            read = read_dtsen(rows, tokens.reshape(-1, 16), offsets, timestamps, self._regions, self.index)
        else:
            read = read_bpjs(rows, tokens.reshape(-1, 16), offsets, timestamps)
        incoming, kept, reasons = read
        return incoming, kept, [None if code < 0 else REJECT_REASONS[code] for code in reasons.tolist()]

    def fold(self, records: Sequence[RawRecord]) -> list[str]:
        """Fold one batch of one topic; the class of each record."""
        if not records:
            return []
        incoming, kept, reasons = self.read(records)
        row_of = [TOKENS.index((record.key or b"").decode()) for record in records]
        rows = np.array(row_of, np.intp)[kept]
        facts = self.facts
        dtsen = records[0].topic == PERSONS
        held = (facts.dtsen_version, facts.dtsen_hash) if dtsen else (facts.bpjs_version, facts.bpjs_hash)
        folded = classify(rows, incoming.versions, incoming.hashes, *held)
        incoming.write(facts, rows, folded.winners)
        classes = ["quarantined"] * len(records)
        for position, number in zip(kept.tolist(), folded.classes.tolist(), strict=True):
            classes[position] = CLASSES[number]
        assert [name == "quarantined" for name in classes] == [reason is not None for reason in reasons]
        return classes

    def compiled(self, documents: Sequence[Mapping[str, Any]], day: date) -> list[CompiledDirective]:
        """The documents as masks."""
        return [compile_directive(document_of(document), day, self.index) for document in documents]

    def desired(self, directives: Sequence[CompiledDirective], rule: MembershipRule) -> dict[str, Desired]:
        """What is desired of everybody with a DTSEN fact."""
        situation = situations_of(self.facts, rule)
        codes = {d.id: (d.version, evaluate(d, self.facts, situation)) for d in directives}
        found = {}
        for row, token in enumerate(TOKENS):
            if self.facts.dtsen_version[row] < 0:
                continue
            verdicts = [
                verdict(name, version, of_all[row]) for name, (version, of_all) in sorted(codes.items())
            ]
            region = self.index.texts[self.facts.region[row]]
            found[token] = Desired(region, tuple(v for v in verdicts if v is not None))
        return found

    def covered_through(
        self, directives: Sequence[CompiledDirective], policy: Policy, day: date
    ) -> dict[str, date | None]:
        """Last day of cover of everybody, under the directives that mean them."""
        rule = MembershipRule.at(policy, day)
        required = np.zeros(len(TOKENS), np.uint8)
        for directive in directives:
            required[directive.means(self.facts)] |= np.uint8(directive.required)
        days = covered_through(self.facts.paid, required, day_number(day), rule.last)
        return {token: None if n < 0 else as_date(n) for token, n in zip(TOKENS, days.tolist(), strict=True)}


def document_of(document: Mapping[str, Any]) -> DirectiveDocument:
    """The document as the product reads it from hub.control."""
    return DirectiveDocument.from_json(json.dumps(document))


def verdict(name: str, version: int, code: np.uint16) -> Verdict | None:
    """A verdict code in words; None if the directive does not mean the person."""
    if code == NOT_MEANT:
        return None
    if code == COVERED:
        return Verdict(name, version, "COVERED", (), None)
    codes = np.array([code], np.uint16)
    missing = int(missing_of(codes)[0])
    reason = GAP_REASONS[int(reason_of(codes)[0])]
    return Verdict(name, version, "GAP", tuple(p for n, p in enumerate(PROGRAMS) if missing >> n & 1), reason)
