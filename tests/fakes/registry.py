"""A schema registry in memory, with the methods of ``schemas.registry.SchemaRegistry``."""

import json

from schemas.errors import ContractBroken, Refused, Retryable
from schemas.evolution import breaks


class MemoryRegistry:
    """Ids rise from 1, one for each text of a schema. ``away`` makes it fail like a network."""

    def __init__(self) -> None:
        self.away = False
        self.calls = 0
        self._schemas: dict[int, str] = {}
        self._versions: dict[str, list[str]] = {}
        self._levels: dict[str, str] = {}

    def register(self, subject: str, schema: str) -> int:
        self._reach()
        versions = self._versions.setdefault(subject, [])
        if schema not in versions:
            if not self.compatible(subject, schema):
                raise Refused(f"the schema for {subject} is not compatible with the versions before it")
            versions.append(schema)
        for schema_id, known in self._schemas.items():
            if known == schema:
                return schema_id
        schema_id = len(self._schemas) + 1
        self._schemas[schema_id] = schema
        return schema_id

    def schema(self, schema_id: int) -> str:
        self._reach()
        if schema_id not in self._schemas:
            raise ContractBroken("UNKNOWN_SCHEMA", f"the registry knows no schema with the id {schema_id}")
        return self._schemas[schema_id]

    def latest(self, subject: str) -> str | None:
        self._reach()
        versions = self._versions.get(subject)
        return versions[-1] if versions else None

    def compatible(self, subject: str, schema: str) -> bool:
        self._reach()
        if self._levels.get(subject) != "FULL_TRANSITIVE":
            return True
        new = json.loads(schema)
        return not any(breaks(json.loads(old), new) for old in self._versions.get(subject, []))

    def set_compatibility(self, subject: str, level: str) -> None:
        self._reach()
        self._levels[subject] = level

    def close(self) -> None:
        pass

    def _reach(self) -> None:
        self.calls += 1
        if self.away:
            raise Retryable("the schema registry does not answer")
