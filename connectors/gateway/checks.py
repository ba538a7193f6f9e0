"""What the engine would put into quarantine (docs/rules.md, section 1), told to the sender at once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from connectors.client.event_json import Fault
from schemas.directive import DirectiveInvalid, parse_directive
from schemas.errors import ContractBroken
from schemas.events import BatchManifest, DirectiveEvent, MembershipSnapshot, PersonRanked
from schemas.ids import REGENCY_CHARS
from schemas.names import INDUSTRIES, MAX_ENROLMENTS, WORK_STATUSES
from schemas.regions import Regions

_FIRST_BIRTH = date(1900, 1, 1)
_FIRST_PAID, _LAST_PAID = date(1978, 1, 1), date(2100, 12, 31)
_JAKARTA = timedelta(hours=7)
_RELEASE_BITS = 32
_QUARTERS_AHEAD = 4
_AHEAD_US = 86_400 * 1_000_000
_LONG = 2**63
_REMEMBERED_REGIONS = 20_000


def faults_of(event: Any, now: datetime) -> Iterator[Fault]:
    """What is wrong with an event beyond its types; paths begin with its fields.

    By the gateway's clock: the hub decides again by its broker's.
    """
    if not -_LONG <= getattr(event, "version", 0) < _LONG:
        yield Fault(("version",), "does not fit into 64 bits")
        return
    if isinstance(event, PersonRanked):
        yield from _person(event, now)
    elif isinstance(event, MembershipSnapshot):
        yield from _membership(event, now)
    elif isinstance(event, DirectiveEvent):
        yield from _directive(event)
    elif isinstance(event, BatchManifest) and event.count < 0:
        yield Fault(("count",), "must not be negative")


def _person(event: PersonRanked, now: datetime) -> Iterator[Fault]:
    today = (now.astimezone(UTC) + _JAKARTA).date()
    year, quarter = divmod(event.version >> _RELEASE_BITS, 10)
    if event.version < 0 or not 2000 <= year <= 2999 or not 1 <= quarter <= 4:
        yield Fault(("version",), "its release (version >> 32) is not year × 10 + quarter")
    elif year * 4 + quarter > today.year * 4 + (today.month + 2) // 3 + _QUARTERS_AHEAD:
        yield Fault(("version",), "its release lies more than four quarters ahead")
    if (told := _region_fault(event.region)) is not None:
        yield Fault(("region",), told)
    if not _FIRST_BIRTH <= event.birth_date <= today:
        yield Fault(("birth_date",), "must lie between 1900-01-01 and today")
    if event.decile is not None and not 1 <= event.decile <= 10:
        yield Fault(("decile",), "must be 1 to 10, or null")
    if event.work_status is not None and event.work_status not in WORK_STATUSES:
        yield Fault(("work_status",), "must be 0 to 8, or null")
    if event.industry is not None and event.industry not in INDUSTRIES:
        yield Fault(("industry",), "must be 1 to 26, or null")
    if event.presence == "MERGED" and event.replaced_by is None:
        yield Fault(("replaced_by",), "needed for MERGED")


def _membership(event: MembershipSnapshot, now: datetime) -> Iterator[Fault]:
    if event.version < 0 or event.version > now.timestamp() * 1e6 + _AHEAD_US:
        yield Fault(("version",), "must be the commit time in microseconds, at most a day ahead")
    if len(event.enrolments) > MAX_ENROLMENTS:
        yield Fault(("enrolments",), f"at most {MAX_ENROLMENTS}")
    for number, enrolment in enumerate(event.enrolments):
        if not _FIRST_PAID <= enrolment.paid_through <= _LAST_PAID:
            yield Fault(("enrolments", number, "paid_through"), "must lie between 1978-01-01 and 2100-12-31")


def _directive(event: DirectiveEvent) -> Iterator[Fault]:
    if not 1 <= event.version < 2**31:
        yield Fault(("version",), "must be 1 or more")
    if not event.legal_basis.strip():
        yield Fault(("legal_basis",), "must not be empty")
    if event.kind == "REVOKED":
        return
    if event.document is None:
        yield Fault(("document",), "needed for DRAFTED")
        return
    try:
        document = parse_directive(event.document)
    except DirectiveInvalid as invalid:
        yield from (Fault(("document",), fault) for fault in invalid.faults)
        return
    if document.version != event.version:
        yield Fault(("document",), "has another version than the event")


@lru_cache(_REMEMBERED_REGIONS)
def _region_fault(text: str) -> str | None:
    try:
        if len(Regions.load().resolve(text).code.text) < REGENCY_CHARS:
            return "a province is not a home"
    except ContractBroken as broken:
        return broken.detail
    return None
