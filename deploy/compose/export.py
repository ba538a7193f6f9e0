"""Where a gap list is put together: what is read, who is named, what is recorded, where it is written."""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from connectors.export.files import Format, new_file, write_list
from connectors.export.gaps import GapFold, Gaps, Progress, Wanted, read_gaps
from connectors.export.table import gap_table
from connectors.export.trail import Producer, record_export
from deploy.connect import find_cluster
from deploy.query.access import plain_producer, sources
from deploy.query.lookup import new_lookup
from deploy.query.status import Sources, read_control
from deploy.settings import Settings
from schemas.codec import AvroCodec
from schemas.errors import ContractBroken, InvalidInput
from schemas.events import Lookup
from schemas.names import COVERAGE_PERSONS
from schemas.regions import Regions
from schemas.tokens import Tokenizer, TokenKey

STANDARD_OUTPUT = Path("-")
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Request:
    """A list that is asked for. With ``by`` and ``purpose`` it has NIKs."""

    wanted: Wanted
    output: Path
    form: Format
    by: str | None = None
    purpose: str | None = None


@dataclass(frozen=True)
class Exported:
    """What was written. ``unnamed`` people have a token of another key and so no NIK in the list."""

    persons: int
    business_date: date | None
    unnamed: int
    about: Mapping[str, Any]


def known_region(text: str) -> str:
    """The code of a province or below as it counts today. Raises ``InvalidInput``."""
    try:
        return Regions.load().resolve(text.strip()).code.text
    except ContractBroken as broken:
        raise InvalidInput(
            f"no such region: {broken.detail}", remedy="give a Kemendagri code, as --region 74.71"
        ) from None


def export_gaps(settings: Settings, request: Request, progress: Progress, now: datetime) -> Exported:
    """Write the list of the configured or running hub. Raises as ``write_gaps``."""
    # A missing key is said before anything is read.
    tokenizer = Tokenizer(TokenKey.read(settings.token_key_file)) if request.purpose else None
    cluster = find_cluster(settings)
    with sources(settings, cluster) as read:
        avro = read.codec
        assert isinstance(avro, AvroCodec)
        hub = Hub(read, avro, lambda: plain_producer(settings, cluster))
        return write_gaps(hub, tokenizer, request, progress, now)


@dataclass(frozen=True)
class Hub:
    """What an export reads and, for NIKs, writes through."""

    read: Sources
    codec: AvroCodec
    producer: Callable[[], AbstractContextManager[Producer]]


def write_gaps(
    hub: Hub, tokenizer: Tokenizer | None, request: Request, progress: Progress, now: datetime
) -> Exported:
    """Read, record, write, in this order. Raises ``InvalidInput``, ``Retryable``; then there is no list."""
    read, wanted = hub.read, request.wanted
    with _output(request) as file:
        business_date = _known(read, wanted.directive)
        gaps = read_gaps(read.reader, read.ends, GapFold(hub.codec, wanted), progress)
        lookup = _lookup(request, now)
        niks = None if tokenizer is None or lookup is None else _named(hub, gaps, tokenizer, lookup)
        table = gap_table(gaps, wanted, Regions.load().name, niks)
        about = _about(request, gaps, business_date, lookup, now)
        write_list(file, table, request.form, about)
        if request.form == "csv" and request.output != STANDARD_OUTPUT:
            _write_about(request.output, file, about)
    return Exported(len(gaps.tokens), business_date, 0 if niks is None else niks.null_count, about)


def _known(read: Sources, directive: str | None) -> date | None:
    """The business date; raises ``InvalidInput`` for a directive nothing was decided about."""
    control = read_control(read)
    known = sorted(control.directives())
    if directive is not None and directive not in known:
        raise InvalidInput(
            f"no such directive: {directive}", remedy=f"there are {', '.join(known) or 'none'}"
        )
    return control.business_date


def _lookup(request: Request, now: datetime) -> Lookup | None:
    if request.purpose is None or request.by is None:
        return None
    return new_lookup(request.by, request.purpose, now, "EXPORT")


def _named(hub: Hub, gaps: Gaps, tokenizer: Tokenizer, lookup: Lookup) -> pa.StringArray:
    """The NIKs, once everybody's trail says that they were handed out."""
    niks = tokenizer.niks(gaps.tokens)
    if len(niks) and niks.null_count == len(niks):
        raise InvalidInput(
            "none of the tokens was made with this token key",
            remedy="JANGKAU_KEYS__TOKEN_FILE must name the key the agencies have",
        )
    with hub.producer() as producer:
        record_export(producer, hub.codec, gaps.tokens, lookup)
    return niks


def _about(
    request: Request, gaps: Gaps, business_date: date | None, lookup: Lookup | None, now: datetime
) -> dict[str, Any]:
    return {
        "list": "gaps",
        **asdict(request.wanted),
        "region_name": Regions.load().name(request.wanted.region),
        "persons": len(gaps.tokens),
        "business_date": business_date.isoformat() if business_date else None,
        "topic": COVERAGE_PERSONS,
        "offsets": {str(partition): offset for partition, offset in sorted(gaps.offsets.items())},
        "made_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "lookup": lookup.lookup if lookup else None,
        "by": lookup.by if lookup else None,
        "purpose": lookup.purpose if lookup else None,
    }


def _write_about(output: Path, file: BinaryIO, about: Mapping[str, Any]) -> None:
    """Beside a CSV, which has no place for it; the digest says which list it speaks of."""
    file.flush()
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(_PIECE_BYTES):
        digest.update(piece)
    with new_file(about_file(output)) as beside:
        beside.write(
            json.dumps({**about, "sha256": digest.hexdigest()}, indent=2, ensure_ascii=False).encode() + b"\n"
        )


def about_file(output: Path) -> Path:
    """Where it is said what a CSV is about."""
    return output.with_name(output.name + ".json")


@contextmanager
def _output(request: Request) -> Iterator[BinaryIO]:
    if request.output == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with new_file(request.output) as file:
        yield file
