"""docs/topics.md, made from the catalogue and the schemas."""

from pathlib import Path
from typing import Any

from schemas import avsc
from schemas.catalog import TopicSpec, load_catalog
from schemas.plainjson import type_name

DOCUMENT = Path(__file__).parents[1] / "docs" / "topics.md"

_HEAD = """\
# Topics

Made from `schemas/topics` and `schemas/avro` (`make docs`); a test compares.

Values are Avro in Confluent framing (magic byte 0, four bytes of schema id, the body), registered as
`<topic>-value`. Person topics share one partition count, fixed for life (`JANGKAU_TOPICS__PARTITIONS`), and
the murmur2 partitioner of the Java client. All timestamps on the log are the broker's.

| topic | owner | written by | read by | kept |
|---|---|---|---|---|
"""


def document() -> str:
    """The whole page."""
    catalog = load_catalog()
    rows = (
        f"| [{name}](#{name.replace('.', '')}) | {spec.owner} | {', '.join(spec.producers)} | "
        f"{', '.join(spec.consumers)} | {spec.kept} |\n"
        for name, spec in catalog.items()
    )
    return _HEAD + "".join(rows) + "".join(_section(spec) for spec in catalog.values())


def _section(spec: TopicSpec) -> str:
    partitions = "the person partition count" if isinstance(spec.partitions, str) else str(spec.partitions)
    lines = [
        f"\n## {spec.name}",
        spec.purpose,
        "",
        f"- Key: {spec.key or 'none'}. Partitions: {partitions}. Personal data: {spec.personal_data}.",
        f"- May write: {', '.join(spec.access.write)}. May read: {', '.join(spec.access.read)}.",
        "- Settings: " + ", ".join(f"`{key}={value}`" for key, value in spec.config.items()),
    ]
    if spec.schema_name is not None:
        schema = avsc.inlined(avsc.schema(spec.schema_name))
        lines += [
            f"- Value: `{schema['name']}`, {spec.compatibility}. {schema['doc']}",
            f"- Examples: `schemas/examples/{spec.schema_name}/`",
            "",
            "| field | type | meaning |",
            "|---|---|---|",
            *_fields(schema, "", set()),
        ]
    return "\n".join(lines) + "\n"


def _fields(schema: Any, path: str, shown: set[str]) -> list[str]:
    rows: list[str] = []
    for field in schema["fields"]:
        where = path + field["name"]
        rows.append(f"| `{where}` | {type_name(field['type'])} | {field.get('doc', '')} |")
        for record, mark in _records(field["type"], ""):
            if record["name"] not in shown:
                shown.add(record["name"])
                rows += _fields(record, f"{where}{mark}.", shown)
    return rows


def _records(avro: Any, mark: str) -> list[tuple[Any, str]]:
    """The records in a field's type, with the mark that leads to them: [] for a list, a name for a union."""
    if isinstance(avro, list):
        branches = [each for each in avro if each != "null"]
        found = [pair for each in branches for pair in _records(each, mark)]
        if len(branches) == 1:
            return found
        return [(record, f"{mark}.{record['name'].rpartition('.')[2]}") for record, _ in found]
    if isinstance(avro, str):
        return []
    if avro["type"] == "array":
        return _records(avro["items"], f"{mark}[]")
    return [(avro, mark)] if avro["type"] == "record" else []


if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
