"""Files and an edge for the loader's tests. NIKs end in serial 0000, which nobody has."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.files.chunks import Chunk
from connectors.files.csv_source import CsvSource
from connectors.files.edge import Edge, Parsed
from connectors.files.memberships import parse_memberships
from connectors.files.persons import parse_persons
from connectors.files.regions import kemendagri
from schemas.ids import Nik
from schemas.tokens import Tokenizer, TokenKey

TOKENIZER = Tokenizer(TokenKey(bytes(range(32))))
NOW = datetime(2026, 4, 10, 5, 0, tzinfo=UTC)
EDGE = Edge(TOKENIZER.tokens, kemendagri, NOW)
ANA, BUDI, CITRA = "7471015506900000", "7401011203850000", "7405014107790000"
PERSON_HEADER = "nik,version,decile,extreme_poor,birth_date,sex,region,work_status,industry"
RELEASE = 20261 << 32


def token_of(nik: str) -> str:
    return TOKENIZER.token(Nik.parse(nik)).hex


def person(nik: str = ANA, **changes: Any) -> str:
    """One line of a CSV file with PERSON_HEADER."""
    fields = {
        "nik": nik,
        "version": RELEASE,
        "decile": 2,
        "extreme_poor": "false",
        "birth_date": "1990-06-15",
        "sex": "FEMALE",
        "region": "74.71.01.1001",
        "work_status": 1,
        "industry": 12,
    }
    return ",".join(str(value) for value in (fields | changes).values())


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def only_chunk(path: Path) -> Chunk:
    (chunk,) = CsvSource(path).chunks(0, 1000)
    return chunk


def persons(path: Path, *lines: str, header: str = PERSON_HEADER) -> Parsed:
    return parse_persons(only_chunk(write(path / "persons.csv", header, *lines)), "batch-1", EDGE)


def memberships(path: Path, header: str, *lines: str) -> Parsed:
    return parse_memberships(only_chunk(write(path / "members.csv", header, *lines)), "batch-1", EDGE)


def wrong(parsed: Parsed) -> list[tuple[int, str]]:
    return [(reject.line, reject.reason) for reject in parsed.rejects]
