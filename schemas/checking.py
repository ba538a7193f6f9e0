"""Is what ships in ``schemas/`` whole: do the schemas parse, their examples fit, their versions follow?"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastavro

from schemas import avsc
from schemas.catalog import Catalog
from schemas.evolution import breaks, cannot_read
from schemas.fitting import misfits
from schemas.plainjson import from_json

EXAMPLES = Path(__file__).parent / "examples"
HISTORY = avsc.FOLDER / "history"

EXAMPLES_AT_LEAST = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was looked at, and every fault found."""

    schemas: int
    examples: int
    versions: int
    faults: tuple[str, ...]


def check(catalog: Catalog) -> Checked:
    """Look at every schema; nothing is changed."""
    faults: list[str] = []
    examples = versions = 0
    levels = {spec.schema_name: spec.compatibility for spec in catalog.values() if spec.schema_name}
    for name in avsc.schema_names():
        try:
            fastavro.parse_schema(avsc.schema(name))
            inlined = avsc.inlined(avsc.schema(name))
        except (ValueError, KeyError, fastavro.schema.SchemaParseException) as error:
            faults.append(f"{name}: does not parse: {error}")
            continue
        if name not in levels:
            faults.append(f"{name}: used by no topic")
        files = examples_of(name)
        examples += len(files)
        if len(files) < EXAMPLES_AT_LEAST:
            faults.append(f"{name}: needs {EXAMPLES_AT_LEAST} examples, one of them an edge case")
        faults += [f"{name}: example {path.name} does not fit" for path in files if not _fits(inlined, path)]
        history = history_of(name)
        versions += len(history)
        faults += _follows(name, history, levels.get(name) or "FULL_TRANSITIVE")
    for name in {path.name for folder in (EXAMPLES, HISTORY) for path in folder.iterdir() if path.is_dir()}:
        if name[0].isupper() and name not in avsc.schema_names():
            faults.append(f"{name}: has examples or versions but no schema")
    return Checked(len(avsc.schema_names()), examples, versions, tuple(faults))


def examples_of(name: str) -> list[Path]:
    """The example files of a schema."""
    return sorted((EXAMPLES / name).glob("*.json"))


def history_of(name: str) -> list[dict[str, Any]]:
    """Every version of a schema that a release carried, oldest first."""
    paths = sorted((HISTORY / name).glob("v*.avsc"), key=lambda path: int(path.stem[1:]))
    return [json.loads(path.read_text("utf-8")) for path in paths]


def example(name: str, path: Path) -> dict[str, Any]:
    """One example as the plain record the codec encodes."""
    record: dict[str, Any] = from_json(avsc.inlined(avsc.schema(name)), json.loads(path.read_text("utf-8")))
    return record


def _fits(inlined: Any, path: Path) -> bool:
    try:
        record = from_json(inlined, json.loads(path.read_text("utf-8")))
    except (ValueError, KeyError, TypeError, StopIteration):
        return False
    return not misfits(inlined, record)


def _follows(name: str, history: list[dict[str, Any]], level: str) -> list[str]:
    current = avsc.schema(name)
    if not history or history[-1] != current:
        return [
            f"{name}: is not the newest in schemas/avro/history/{name}: add it as v{len(history) + 1}, "
            f"or change v{len(history)} if no release has carried it"
        ]
    rule: Callable[[Any, Any], list[str]] = breaks if level == "FULL_TRANSITIVE" else cannot_read
    return [
        f"{name}: v{number} and v{later}: {fault}"
        for later, new in enumerate(history, 1)
        for number, old in enumerate(history[: later - 1], 1)
        for fault in rule(old, new)
    ]
