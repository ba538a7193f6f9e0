"""Drafts a mapping from what a file looks like, for whoever makes one for the first time.

It says what it took from names alone, and leaves open what only the agency knows: whose region codes, which
release, and days that can be read in two ways.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import yaml

from connectors.files.chunks import Chunk, Source
from connectors.files.forms import DAY_FORMS, MONTH_FORMS, parse_days
from connectors.files.mapping import Topic
from connectors.files.typed import as_text
from connectors.files.vocabulary import FIELDS, NOT_ALWAYS_KNOWN, field_faults
from schemas.names import DTSEN_PERSONS

_ALIASES = Path(__file__).with_name("aliases.yaml")
_LOOKED_AT = 1000
_BPS_REGENCY = len("7471")
_PLAIN_CODES = 60
"""A column with more different values is not one of codes."""
_OPEN = "WHICH"
"""Stands in a draft for what its author must say; no mapping with it can be used."""
_PERSONAL = re.compile(r"[0-9]{8}|.{25}")
_TOPICS: tuple[Topic, ...] = get_args(Topic)


@dataclass(frozen=True)
class Column:
    """One column of a file: its name, its type, and the field its name speaks of."""

    name: str
    kind: str
    field: str | None


def columns(source: Source, topic: Topic) -> list[Column]:
    """The file's columns in their order; a field is recognised once."""
    taken: set[str] = set()
    found = []
    for name, kind in source.types.items():
        field = _recognised(topic).get(_plain(name))
        if field in taken or (field == "version" and "release" in taken):
            field = None
        if field is not None:
            taken.add(field)
        found.append(Column(name, str(kind), field))
    return found


def guess_topic(source: Source) -> Topic:
    """The topic more of the names speak of."""
    return max(_TOPICS, key=lambda topic: sum(each.field is not None for each in columns(source, topic)))


def draft(source: Source, topic: Topic) -> str:
    """A mapping as YAML with comments where its author must decide; of the file's values it has codes."""
    seen = columns(source, topic)
    sample = next(iter(source.chunks(0, _LOOKED_AT)), None)
    by_field = {each.field: each for each in seen if each.field is not None}
    lines = [f"topic: {topic}", *_region_lines(by_field, sample), "fields:"]
    for field in FIELDS[topic]:
        if field in by_field:
            lines += _field_lines(topic, field, by_field[field].name, sample)
    present = set(by_field)
    if topic == DTSEN_PERSONS and not present & {"release", "version"}:
        lines.append("  release: {constant: 20261} # CHECK: year × 10 + quarter of this publication")
        present.add("release")
    unknown = [name for name in NOT_ALWAYS_KNOWN if name not in present and topic == DTSEN_PERSONS]
    lines += [f"  {name}: {{constant: null}} # CHECK: not known, if the file cannot say" for name in unknown]
    lines += [f"  # MISSING: {fault}" for fault in field_faults(topic, present | set(unknown))]
    if others := [each.name for each in seen if each.field is None]:
        lines.append("ignore: # not needed; they stay where they are")
        lines += [f"  - {_quoted(name)}" for name in others]
    return "\n".join(lines) + "\n"


def _region_lines(by_field: Mapping[str, Column], sample: Chunk | None) -> Iterator[str]:
    if "region" not in by_field:
        return
    texts = [] if sample is None else as_text(sample.columns[by_field["region"].name]).drop_null().to_pylist()
    if texts and all("." in text for text in texts):
        yield "regions: kemendagri"
    elif {len(text) for text in texts} <= {_BPS_REGENCY}:
        yield "regions: bps # CHECK with who made the file: bps or kemendagri-digits?"
    else:
        yield "regions: bps-to-regency # CHECK with who made the file: bps-to-regency or kemendagri-digits?"


def _field_lines(topic: Topic, field: str, column: str, sample: Chunk | None) -> Iterator[str]:
    kind = FIELDS[topic][field]
    values = sample.columns[column] if sample is not None else pa.nulls(0)
    if kind.kind == "day":
        yield _day_line(field, column, values)
        return
    known = _aliases()[topic][field].get("values", {})
    if kind.kind == "symbol" and not _speaks(values, kind.symbols):
        yield f"  {field}:"
        yield f"    column: {_quoted(column)}"
        yield "    values: # CHECK: each code of the column, and what it means here"
        open_one = f"{_OPEN} # {', '.join(kind.symbols)}"
        for code in _codes(values):
            yield f"      {_quoted(code)}: {known.get(code.upper(), open_one)}"
        return
    if kind.kind == "moment" and pa.types.is_string(values.type) and not _speaks_numbers(values):
        yield f"  {field}: {{column: {_quoted(column)}, form: TIME}}"
        return
    yield f"  {field}: {_quoted(column)}"


def _day_line(field: str, column: str, values: pa.Array) -> str:
    if pa.types.is_date(values.type) or pa.types.is_timestamp(values.type):
        return f"  {field}: {_quoted(column)}"
    texts = as_text(values).drop_null()
    possible = {**DAY_FORMS, **(MONTH_FORMS if field == "paid_through" else {})}
    fitting = [form for form in possible if len(texts) and parse_days(texts, [form])[1].all()]
    if not fitting:
        return f"  {field}: {{column: {_quoted(column)}, form: {_OPEN}}} # CHECK: of {', '.join(possible)}"
    doubt = f" # CHECK: it could also be {', '.join(fitting[1:])}" if fitting[1:] else ""
    return f"  {field}: {{column: {_quoted(column)}, form: {fitting[0]}}}{doubt}"


def _codes(values: pa.Array) -> list[str]:
    """The different values, unless the column is one of persons after all."""
    codes = sorted(set(as_text(values).drop_null().to_pylist()))
    return [code for code in codes[:_PLAIN_CODES] if not _PERSONAL.search(code)]


def _speaks(values: pa.Array, symbols: tuple[str, ...]) -> bool:
    return {text.upper() for text in as_text(values).drop_null().to_pylist()} <= set(symbols)


def _speaks_numbers(values: pa.Array) -> bool:
    return all(text.isdigit() for text in as_text(values).drop_null().to_pylist())


@cache
def _aliases() -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(_ALIASES.read_text("utf-8"))
    return found


def _recognised(topic: Topic) -> dict[str, str]:
    return {_plain(name): field for field, alias in _aliases()[topic].items() for name in alias["names"]}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _quoted(text: str) -> str:
    """As YAML writes it: bare where it can be."""
    if re.fullmatch(r"[A-Za-z_][\w.-]*|[0-9]+", text):
        return text
    return str(yaml.safe_dump(text, allow_unicode=True)).strip().removesuffix("...").strip()
