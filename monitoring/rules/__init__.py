"""The rule file as data: what is recorded, and the alerts with whom they are for and what they say."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "jangkau.yaml"
"""Prometheus reads this file as it is."""

TESTS = Path(__file__).parent / "tests"
"""One promtool test for each alert."""

RUNBOOKS = Path(__file__).parents[1] / "runbooks"
"""``<alert>.id.md`` and ``<alert>.en.md`` for each alert."""

LANGUAGES = ("id", "en")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording rule: the series ``name`` is ``expr``, with these labels over its own."""

    name: str
    expr: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert. ``wait``: how long ``expr`` must hold, as Prometheus writes it; summaries are templates."""

    name: str
    expr: str
    wait: str
    severity: str
    audience: str
    summary_id: str
    summary_en: str
    runbook: str

    def runbook_file(self, language: str) -> Path:
        """Its runbook in ``id`` or ``en``."""
        return RUNBOOKS / f"{self.runbook}.{language}.md"


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole file, in its order."""

    recorded: tuple[Recorded, ...]
    alerts: tuple[Alert, ...]


@cache
def load_rules() -> Rules:
    """Read the file that ships."""
    recorded, alerts = [], []
    for group in yaml.safe_load(FILE.read_text("utf-8"))["groups"]:
        for rule in group["rules"]:
            if "record" in rule:
                recorded.append(Recorded(rule["record"], rule["expr"], tuple(rule.get("labels", ()))))
            else:
                alerts.append(
                    Alert(rule["alert"], rule["expr"], rule["for"], **rule["labels"], **rule["annotations"])
                )
    return Rules(tuple(recorded), tuple(alerts))
