"""The topic catalogue, one file a topic: topics, their settings and their docs are made from it."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from schemas.names import PERSON_TOPICS, VALUE_SCHEMAS

FOLDER = Path(__file__).parent / "topics"

PERSON = "person"
"""Stands for the one partition count all person topics share."""

Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Access(_Part):
    """Roles that may write and read, for access control lists."""

    write: Texts
    read: Texts


class TopicSpec(_Part):
    """One topic. ``schema_name`` is a file of ``schemas/avro``, ``None`` for engine blocks."""

    name: Text
    purpose: Text
    owner: Text
    producers: Texts
    consumers: Texts
    key: str | None
    schema_name: str | None = Field(alias="schema")
    compatibility: Literal["FULL_TRANSITIVE", "BACKWARD_TRANSITIVE"] | None = None
    partitions: Literal["person"] | Annotated[int, Field(ge=1)]
    kept: Text
    config: dict[str, str]
    personal_data: Literal["none", "pseudonymous", "sealed"]
    access: Access

    @field_validator("config", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        # Kafka's settings are text; in the file they read better as numbers.
        return {key: str(each) for key, each in value.items()} if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _keeps_the_house_rules(self) -> Self:
        if self.config.get("message.timestamp.type") != "LogAppendTime":
            raise ValueError(
                "broker time decides VERSION_AHEAD, so message.timestamp.type must be LogAppendTime"
            )
        if (self.partitions == PERSON) != (self.name in PERSON_TOPICS):
            raise ValueError("person topics, and only they, share the person partition count")
        if self.schema_name != VALUE_SCHEMAS.get(self.name):
            raise ValueError("schema is not the one of schemas.names.VALUE_SCHEMAS")
        if (self.schema_name is None) != (self.compatibility is None):
            raise ValueError("compatibility goes with a schema")
        return self

    def partition_count(self, person_partitions: int) -> int:
        """Partitions of the topic in a cluster whose person topics have so many."""
        return person_partitions if isinstance(self.partitions, str) else self.partitions


class Catalog(Mapping[str, TopicSpec]):
    """All topics by name, in alphabetical order."""

    def __init__(self, specs: Mapping[str, TopicSpec]) -> None:
        self._specs = dict(sorted(specs.items()))

    def __getitem__(self, name: str) -> TopicSpec:
        return self._specs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)


@cache
def load_catalog() -> Catalog:
    """Read every topic file; raises ``pydantic.ValidationError`` for one that breaks the form."""
    specs: dict[str, TopicSpec] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        spec = TopicSpec.model_validate(yaml.safe_load(path.read_text("utf-8")))
        if path.stem != spec.name:
            raise ValueError(f"{path.name} describes {spec.name}")
        specs[spec.name] = spec
    return Catalog(specs)
