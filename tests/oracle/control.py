"""The fold of hub.control: per subject the highest (version, step) wins, the rest is ignored."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.oracle.records import Record, as_date


@dataclass
class Control:
    """What is in force after the events folded so far."""

    steps: dict[str, tuple[int, int]] = field(default_factory=dict)
    bodies: dict[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    versions: dict[str, dict[int, Mapping[str, Any]]] = field(default_factory=dict)
    """Per directive the DirectiveInForce of each version since it was last withdrawn."""

    counts_from: dict[str, int | None] = field(default_factory=dict)
    """Per person who was ever erased the broker's time from which facts count; None: none do."""

    def fold(self, event: Record, at_ms: int = 0) -> bool:
        """Fold one event, which reached the broker at that time; whether it was news."""
        subject, step = event["subject"], (event["version"], event["step"])
        if subject in self.steps and step <= self.steps[subject]:
            return False
        self.steps[subject] = step
        kind, fields = self.bodies[subject] = _body(event["body"])
        if kind in ("PersonErased", "PersonReinstated"):
            self.counts_from[fields["person"]] = None if kind == "PersonErased" else at_ms + 60_000
        if kind == "DirectiveInForce":
            self.versions.setdefault(fields["directive"], {})[fields["version"]] = fields
        if kind == "DirectiveWithdrawn":
            self.versions.pop(fields["directive"], None)
        return True

    @property
    def business_date(self) -> date | None:
        """The business date, None before the first."""
        body = self.bodies.get("date")
        return None if body is None else as_date(body[1]["date"])

    @property
    def policy(self) -> str | None:
        """The version name of the policy in force, None before the first."""
        body = self.bodies.get("policy")
        return None if body is None else str(body[1]["policy"])

    @property
    def directives(self) -> list[Mapping[str, Any]]:
        """The documents that decide now, by id and version. While a version rolls out it has ``reach``:
        the regions it has come to (None: all), and those where a higher version decides instead.
        """
        day = self.business_date
        if day is None:
            return []
        return [d for name in sorted(self.versions) for d in _deciding(self.versions[name], day)]


def _deciding(versions: Mapping[int, Mapping[str, Any]], day: date) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    taken: list[str] = []
    for _, fields in sorted(versions.items(), reverse=True):
        document = json.loads(fields["document"])
        until = document["effective"].get("until")
        if found and until is not None and date.fromisoformat(until) < day:
            break
        paused = fields.get("rollout_paused_at")
        within = _reached(document.get("rollout") or [], min(day, as_date(paused) or day) if paused else day)
        if within is not None or taken:
            document["reach"] = {"within": within, "taken": list(taken)}
        found.insert(0, document)
        if within is None:
            break
        taken += within
    return found


def _reached(rollout: list[Mapping[str, Any]], day: date) -> list[str] | None:
    """Regions a rollout has come to; None: everywhere. A step without regions is everywhere."""
    if not rollout:
        return None
    regions: list[str] = []
    for step in rollout:
        if date.fromisoformat(step["from"]) <= day:
            if not step["regions"]:
                return None
            regions += step["regions"]
    return regions


def _body(body: Any) -> tuple[str, Mapping[str, Any]]:
    """The record name (without namespace) and its fields, from a (name, fields) pair or a '-type' field."""
    name, fields = body if isinstance(body, tuple) else (body["-type"], body)
    return name.rpartition(".")[2], fields
