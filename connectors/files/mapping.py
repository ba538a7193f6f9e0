"""A mapping file: which column of an agency's file is which field, and how its values are meant."""

import hashlib
import re
from collections.abc import Mapping as Map
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo, field_validator

from connectors.files.csv_source import CsvFormat, Encoding
from connectors.files.forms import AMBIGUOUS, DAY_FORMS, MONTH_FORMS
from connectors.files.reading import TIME, Reading
from connectors.files.regions import RegionCoding
from connectors.files.vocabulary import FIELDS, FieldKind, field_faults
from schemas.errors import InvalidInput

MAX_BYTES = 262_144
Topic = Literal["dtsen.persons", "bpjs.memberships"]
Delimiter = Literal[",", ";", "|", "tab"]
NOTHING = ("", "null", "~")
"""How no value is written."""
_SEPARATORS = re.compile(r"[+|; ,]+")


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _or_nothing(value: object) -> object:
    return None if value in NOTHING else value


class FieldSource(BaseModel):
    """Where a field comes from: a column, or one value (or none) for all rows.

    ``values`` translate the column's texts; ``form`` says how its days are written.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str | None = None
    constant: str | None = None
    values: dict[str, Annotated[str | None, BeforeValidator(_or_nothing)]] | None = None
    form: Annotated[list[str] | None, BeforeValidator(_listed)] = None


def _as_source(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class Mapping(BaseModel):
    """A mapping, checked. ``ignore`` are columns that are there and not wanted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: Topic
    regions: RegionCoding = "kemendagri"
    encoding: Encoding = "utf-8"
    delimiter: Delimiter | None = None
    ignore: tuple[str, ...] = ()
    fields: dict[str, Annotated[FieldSource, BeforeValidator(_as_source)]]

    @field_validator("ignore", mode="before")
    @classmethod
    def _as_tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("fields")
    @classmethod
    def _fit(cls, fields: dict[str, FieldSource], info: ValidationInfo) -> dict[str, FieldSource]:
        known = FIELDS.get(info.data.get("topic", ""))
        faults: list[str] = []
        if known is not None:
            faults = [fault for name, source in fields.items() for fault in _faults(name, source, known)]
            faults += field_faults(info.data["topic"], set(fields))
        ignored = info.data.get("ignore", ())
        faults += [
            f"{name}: its column {source.column} is also under ignore"
            for name, source in fields.items()
            if source.column in ignored
        ]
        if faults:
            raise ValueError("\n".join(faults))
        return fields

    @property
    def reading(self) -> Reading:
        """How the fields' values are meant."""
        return Reading(
            {name: source.values for name, source in self.fields.items() if source.values is not None},
            {name: tuple(source.form) for name, source in self.fields.items() if source.form},
        )

    @property
    def csv(self) -> CsvFormat:
        """How a CSV file of this kind is written."""
        return CsvFormat(self.encoding, "\t" if self.delimiter == "tab" else self.delimiter)

    @property
    def digest(self) -> str:
        """The same for mappings that mean the same, whatever their comments and layout."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def plain_mapping(topic: Topic, columns: Map[str, Any], regions: RegionCoding) -> Mapping:
    """The mapping of a file whose columns are called as the fields are. Raises ``InvalidInput``."""
    unknown = [f"column {name} is unknown" for name in columns if name not in FIELDS[topic]]
    present = {name for name in columns if name in FIELDS[topic]}
    if faults := [*(f"column {fault}" for fault in field_faults(topic, present)), *unknown]:
        raise InvalidInput(
            "the columns do not fit: " + "; ".join(faults),
            remedy="docs/loader.md has the columns. If yours are called otherwise, draft a mapping: "
            "jangkau load FILE --suggest-mapping",
        )
    fields = {name: FieldSource(column=name) for name in columns}
    return Mapping(topic=topic, regions=regions, fields=fields)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file; raises ``InvalidInput`` with every fault at once."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInput(f"the mapping {path} cannot be read: {error.strerror}") from None
    return parse_mapping(raw, str(path))


def parse_mapping(raw: bytes, name: str) -> Mapping:
    """A mapping from its text; ``name`` is what it is called in messages."""
    if len(raw) > MAX_BYTES:
        raise _wrong(name, [f"longer than {MAX_BYTES // 1024} KiB"])
    try:
        data = yaml.load(raw.decode("utf-8-sig"), _TextLoader)
    except UnicodeDecodeError:
        raise _wrong(name, ["not UTF-8 text"]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise _wrong(name, [f"{where}not YAML: {getattr(error, 'problem', None) or 'unreadable'}"]) from None
    except RecursionError:
        raise _wrong(name, ["not YAML: nested too deeply"]) from None
    if not isinstance(data, dict):
        raise _wrong(name, ["not a set of fields; begin with `topic: dtsen.persons`"])
    try:
        return Mapping.model_validate(data)
    except ValidationError as error:
        raise _wrong(name, [line for fault in error.errors() for line in _lines(fault)]) from None


class _TextLoader(yaml.BaseLoader):
    """Every value as the text that stands there: 01 stays 01. No aliases, no field twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not allowed", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value} is there twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _wrong(name: str, faults: list[str]) -> InvalidInput:
    return InvalidInput(
        f"the mapping {name} is wrong:\n" + "\n".join(f"  {fault}" for fault in faults),
        remedy="docs/loader.md describes mappings; jangkau load FILE --suggest-mapping drafts one",
    )


def _lines(fault: Any) -> list[str]:
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return [f"{where}: no such entry"]
    message = fault["msg"].removeprefix("Value error, ")
    return [f"{where}{'.' if fault['type'] == 'value_error' else ': '}{line}" for line in message.split("\n")]


def _faults(name: str, source: FieldSource, known: Map[str, FieldKind]) -> list[str]:
    """Everything that is wrong with one entry of ``fields``."""
    kind = known.get(name)
    if kind is None:
        return [f"{name}: no such field; there are {', '.join(known)}"]
    faults = []
    if (source.column is None) == (source.constant is None):
        faults.append("give it either a column or a constant")
    if source.constant is not None:
        faults += _constant_faults(source, kind)
    if source.values is not None:
        faults += _values_faults(source.values, kind)
    if source.form is not None:
        faults += _form_faults(source.form, name, kind)
    return [f"{name}: {fault}" for fault in faults]


def _constant_faults(source: FieldSource, kind: FieldKind) -> list[str]:
    constant = source.constant or ""
    if kind.kind in ("key", "json"):
        return ["differs from row to row and cannot be a constant"]
    if source.values is not None or source.form is not None:
        return ["a constant needs neither values nor form"]
    if constant in NOTHING:
        return [] if kind.nullable else ["may not be empty"]
    return _target_faults(constant, kind, "the constant")


def _values_faults(values: Map[str, str | None], kind: FieldKind) -> list[str]:
    if kind.kind in ("key", "json", "day", "time"):
        return ["has no values to translate"]
    faults = [] if values else ["values is empty"]
    if None in values.values() and not kind.nullable:
        faults.append("may not be empty: a value is translated to null")
    targets = dict.fromkeys(target for target in values.values() if target is not None)
    return faults + [fault for target in targets for fault in _target_faults(target, kind, "values:")]


def _target_faults(target: str, kind: FieldKind, what: str) -> list[str]:
    if kind.kind in ("integer", "moment") and not kind.symbols:
        return [] if re.fullmatch(r"[0-9]{1,18}", target) else [f"{what} {target!r} is not a whole number"]
    if not kind.symbols:
        return []
    given = target.lower() if kind.kind == "boolean" else target.upper()
    parts = _SEPARATORS.split(given) if kind.kind == "programs" else [given]
    return [
        f"{what} {part!r} is none of {', '.join(kind.symbols)}" for part in parts if part not in kind.symbols
    ]


def _form_faults(forms: list[str], name: str, kind: FieldKind) -> list[str]:
    allowed = {TIME} if kind.kind == "moment" else set()
    if kind.kind == "day":
        allowed = {*DAY_FORMS, *(MONTH_FORMS if name == "paid_through" else ())}
    if not allowed:
        return ["has no form to declare"]
    faults = [
        f"form {form!r} is none of {', '.join(sorted(allowed))}" for form in forms if form not in allowed
    ]
    if set(forms) >= AMBIGUOUS:
        faults.append(f"form: {' and '.join(sorted(AMBIGUOUS))} cannot be told apart")
    return faults
