"""What a cluster lacks of the topic catalogue, worked out before anything is changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.kafka.admin import KafkaAdmin, TopicLayout, TopicState
from schemas.avsc import schema, schema_text
from schemas.catalog import Catalog, load_catalog
from schemas.errors import Refused
from schemas.names import subject
from schemas.registry import SchemaRegistry

_ALWAYS_DECIDE = ("cleanup.policy", "message.timestamp.type")
_MAY_DELETE = ("retention.ms", "retention.bytes")
_FOR_EVER = "-1"


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """``create`` topics, ``change`` settings of those there; ``conflicts`` are for an operator to decide."""

    create: tuple[TopicLayout, ...]
    change: Mapping[str, Mapping[str, str]]
    conflicts: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether the topics are as the catalogue says."""
        return not (self.create or self.change or self.conflicts)

    def lines(self) -> list[str]:
        """One line for each change, as Terraform users know them: + create, ~ change, ! conflict."""
        made = [f"+ {each.name}: {each.partitions} partition(s)" for each in self.create]
        changed = [
            f"~ {name}: {key} = {value}"
            for name, config in self.change.items()
            for key, value in config.items()
        ]
        return [*made, *changed, *(f"! {conflict}" for conflict in self.conflicts)]


def plan_topics(
    catalog: Catalog, found: Mapping[str, TopicState], person_partitions: int, replication_factor: int
) -> TopicPlan:
    """Compare the catalogue with what is there; settings the catalogue does not name stay as they are."""
    create: list[TopicLayout] = []
    change: dict[str, Mapping[str, str]] = {}
    conflicts: list[str] = []
    for name, spec in catalog.items():
        partitions = spec.partition_count(person_partitions)
        state = found.get(name)
        if state is None:
            create.append(TopicLayout(name, partitions, replication_factor, spec.config))
            continue
        if state.partitions != partitions:
            conflicts.append(
                f"{name} has {state.partitions} partition(s), not {partitions}: "
                "keys would move, so the count is fixed for life"
            )
        differing = {key: value for key, value in spec.config.items() if state.config.get(key) != value}
        if differing:
            change[name] = differing
    return TopicPlan(tuple(create), change, tuple(conflicts))


def refuse_other_topics(found: Mapping[str, TopicState], person_partitions: int) -> None:
    """Refuse to work on topics that would lose what they must keep, or on other partitions than the hub's.

    Only settings that decide what stays on a log and what time its records have; others are advice.
    """
    catalog = load_catalog()
    if missing := sorted(catalog.keys() - found.keys()):
        raise Refused(f"no such topic: {', '.join(missing)}", remedy="run `jangkau topics apply`")
    plan = plan_topics(catalog, found, person_partitions, 1)
    if plan.conflicts:
        raise Refused(
            "the topics there are not those of the catalogue: " + "; ".join(plan.conflicts),
            remedy="set JANGKAU_TOPICS__PARTITIONS to the count that is there; it is fixed for life",
        )
    wrong = [
        f"{name}: {key} is {found[name].config.get(key, 'not set')}, not {value}"
        for name, config in plan.change.items()
        for key, value in config.items()
        if key in _ALWAYS_DECIDE or (key in _MAY_DELETE and value == _FOR_EVER)
    ]
    if wrong:
        raise Refused(
            "topics would lose or misdate records: " + "; ".join(wrong),
            remedy="`jangkau topics plan` shows it, `jangkau topics apply` mends it; what was deleted "
            "meanwhile is told at the next start",
        )


def apply_plan(plan: TopicPlan, admin: KafkaAdmin) -> None:
    """Carry it out; raises ``Refused`` before the first change if there is a conflict."""
    if plan.conflicts:
        raise Refused(
            "the topics there are not those of the catalogue:\n  " + "\n  ".join(plan.conflicts),
            remedy="set JANGKAU_TOPICS__PARTITIONS to the count that is there, or use another cluster.",
        )
    admin.create(plan.create)
    for name, config in plan.change.items():
        admin.set_config(name, config)


def missing_schemas(catalog: Catalog, registry: SchemaRegistry) -> list[str]:
    """Topics whose schema of ours is not the newest in the registry."""
    missing: list[str] = []
    for name, spec in catalog.items():
        if spec.schema_name is not None:
            latest = registry.latest(subject(name))
            # Registries keep the schema, not its spelling.
            if latest is None or json.loads(latest) != schema(spec.schema_name):
                missing.append(name)
    return missing


def register_schemas(catalog: Catalog, registry: SchemaRegistry) -> None:
    """Register every schema under its topic and set its compatibility; raises ``Refused`` if one breaks."""
    for name, spec in catalog.items():
        if spec.schema_name is None or spec.compatibility is None:
            continue
        registry.register(subject(name), schema_text(spec.schema_name))
        registry.set_compatibility(subject(name), spec.compatibility)
