"""What is decided on hub.control in tests, as the control worker would write it."""

import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from schemas.directive import parse_directive
from schemas.events import (
    BusinessDateSet,
    DirectiveInForce,
    DirectiveWithdrawn,
    GuardGranted,
    GuardShare,
    HoldsDecided,
    InputResumed,
    PersonErased,
    PersonReinstated,
    PolicyInForce,
)
from schemas.names import NATION, HoldDecision
from schemas.policy import policy_versions


class Deciding(ABC):
    """Decisions, each as an event for ``control``."""

    said_of: Counter[str]
    """How often something was decided about each person, and each input."""
    erased: set[str]

    @abstractmethod
    def control(self, subject: str, version: int, step: int, body: Any) -> None:
        """Append a control event."""

    def set_policy(self, version: str | None = None, number: int = 1) -> None:
        """Put a policy version in force, the latest if none is named."""
        self.control("policy", number, 0, PolicyInForce(policy=version or policy_versions()[-1]))

    def set_date(self, day: date) -> None:
        """Set the business date."""
        self.control("date", day.toordinal(), 0, BusinessDateSet(date=day))

    def put_in_force(self, document: Mapping[str, Any]) -> None:
        """Put a directive in force."""
        parsed = parse_directive(json.dumps(document))
        body = DirectiveInForce(directive=parsed.id, version=parsed.version, document=parsed.canonical_json())
        self.control(f"directive:{parsed.id}", parsed.version, 1, body)

    def withdraw(self, directive: str, version: int) -> None:
        """Revoke a directive."""
        body = DirectiveWithdrawn(directive=directive, version=version, state="REVOKED")
        self.control(f"directive:{directive}", version, 2, body)

    def grant(self, day: date, elsewhere: int, step: int = 0, **at_most: int) -> None:
        """Grant the guard of a business date; regencies as ``r7471=5``."""
        shares = tuple(GuardShare(f"{name[1:3]}.{name[3:]}", n) for name, n in at_most.items())
        self.control("guard", day.toordinal(), step, GuardGranted(day, shares, elsewhere))

    def decide_holds(
        self, name: str, decision: HoldDecision, region: str = NATION, person: str | None = None
    ) -> None:
        """Release or refuse what is held."""
        self.control(f"holds:{name}", 1, 0, HoldsDecided(decision, region, person))

    def erase(self, token: str) -> None:
        """Erase a person."""
        self.erased.add(token)
        self._about(token, PersonErased(token))

    def reinstate(self, token: str) -> None:
        """Let facts of a person count again, once the broker's clock has gone on."""
        self.erased.remove(token)
        self._about(token, PersonReinstated(token))

    def _about(self, token: str, body: PersonErased | PersonReinstated) -> None:
        self.said_of[token] += 1
        self.control(f"person:{token}", self.said_of[token], 0, body)

    def resume_input(self, topic: str, rejects: int | None = None) -> None:
        """Let an input that stands still be read again."""
        subject = f"input:{topic}"
        self.said_of[subject] += 1
        self.control(subject, self.said_of[subject], 0, InputResumed(topic, None, rejects))
