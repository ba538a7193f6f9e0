"""Every vector of the page for other languages is what the code makes."""

import io
import re
from collections.abc import Sequence
from dataclasses import fields

import fastavro
import numpy as np

from schemas.avsc import schema
from schemas.codec import HEADER_BYTES, AvroCodec
from schemas.digest import digest_of, digest_text
from schemas.events import PersonRanked
from schemas.ids import TOKEN_BYTES, PersonToken
from schemas.names import DTSEN_PERSONS
from schemas.partitioner import murmur2, partition_for
from tests.connectors.client.samples import ranked
from tests.docs.pages import ROOT, page

PAGE = page("docs/other-languages.md")
SCHEMA_ID = 7


class OneId:
    """A registry in which everything has the page's schema id."""

    def register(self, subject: str, schema: str) -> int:
        return SCHEMA_ID

    def schema(self, schema_id: int) -> str:
        raise NotImplementedError


def table(*columns: str) -> list[list[str]]:
    """The rows of the table with these columns, without the marks of code."""
    head = "| " + " | ".join(columns) + " |\n"
    assert head in PAGE.text
    rows = PAGE.text.split(head)[1].split("\n\n")[0].splitlines()[1:]
    return [[cell.strip().strip("`") for cell in row.strip("| ").split("|")] for row in rows]


def digest(tokens: Sequence[str], versions: Sequence[str]) -> int:
    raw = np.frombuffer(b"".join(PersonToken.parse(token).raw for token in tokens), np.uint8)
    return digest_of(raw.reshape(-1, TOKEN_BYTES), np.array([int(version) for version in versions], np.int64))


def test_partitions() -> None:
    rows = table("key", "murmur2", "of 4 partitions", "of 64")
    assert len(rows) == 3
    for key, told, of_4, of_64 in rows:
        raw = key.encode()
        made = f"{murmur2(raw):08x}", str(partition_for(raw, 4)), str(partition_for(raw, 64))
        assert made == (told, of_4, of_64)


def test_the_persons_are_those_of_the_page_of_tokens() -> None:
    documented = re.findall(r"\| `([0-9a-f]{32})` \|$", page("docs/tokens.md").text, re.MULTILINE)
    assert [row[0] for row in table("key", "murmur2", "of 4 partitions", "of 64")] == documented
    assert [row[0] for row in table("token", "version", "word")] == documented


def test_the_digest() -> None:
    rows = table("token", "version", "word")
    for token, version, told in rows:
        assert digest_text(digest([token], [version])) == told
    together = digest([token for token, _, _ in rows], [version for _, version, _ in rows])
    assert f"The three together: `{digest_text(together)}`" in PAGE.text


def told_bytes(rows: Sequence[Sequence[str]]) -> bytes:
    return bytes.fromhex("".join(re.sub(r"[`\s]", "", row[0]) for row in rows))


def test_the_worked_example() -> None:
    rows = table("bytes", "what")
    event = ranked("bps-2026q1-kendari")
    made = AvroCodec(OneId()).encode(DTSEN_PERSONS, event.to_record())
    assert told_bytes(rows) == made
    assert made[:HEADER_BYTES] == bytes([0, 0, 0, 0, SCHEMA_ID])
    # One row a field, in the order of the schema.
    named = [row[1].split("`")[0] for row in rows[2:]]
    assert named == [field.name for field in fields(PersonRanked)]


def test_each_row_of_the_example_is_one_field() -> None:
    record = ranked("bps-2026q1-kendari").to_record()
    for row, field in zip(table("bytes", "what")[2:], schema("PersonRanked")["fields"], strict=True):
        out = io.BytesIO()
        fastavro.schemaless_writer(out, field["type"], record[field["name"]])
        assert told_bytes([row]) == out.getvalue(), field["name"]


def test_the_java_on_the_page_is_what_is_tried() -> None:
    (code,) = PAGE.fences("java")
    program = (ROOT / "tests/broker/java/PublishPersons.java").read_text("utf-8")
    for line in filter(None, map(str.strip, code.splitlines())):
        assert line in program, line
