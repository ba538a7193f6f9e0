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

    def fold(self, event: Record) -> bool:
        """Fold one event; whether it was news."""
        subject, step = event["subject"], (event["version"], event["step"])
        if subject in self.steps and step <= self.steps[subject]:
            return False
        self.steps[subject] = step
        self.bodies[subject] = _body(event["body"])
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
    def directives(self) -> dict[str, Mapping[str, Any]]:
        """The documents in force, by directive id."""
        found = {}
        for kind, fields in self.bodies.values():
            if kind == "DirectiveInForce":
                found[fields["directive"]] = json.loads(fields["document"])
        return found


def _body(body: Any) -> tuple[str, Mapping[str, Any]]:
    """The record name (without namespace) and its fields, from a (name, fields) pair or a '-type' field."""
    name, fields = body if isinstance(body, tuple) else (body["-type"], body)
    return name.rpartition(".")[2], fields
