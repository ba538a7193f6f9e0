"""The alerts: each is on something that is there, says what to do, and is tried with series."""

import re
from pathlib import Path

import pytest
import yaml

from monitoring.figures import STALLED_AFTER_S
from monitoring.health import LAG_TOO_OLD_S
from monitoring.rules import FILE, LANGUAGES, RUNBOOKS, TESTS, Alert, Recorded, load_rules
from schemas.names import AGENCIES
from tests.monitoring.promtool import promtool
from tests.monitoring.reads import faults

RULES = load_rules()
SECTIONS = {
    "id": ["Artinya", "Cara melihat", "Yang dilakukan", "Tanda selesai"],
    "en": ["What it means", "How to see it", "What to do", "How to know it is over"],
}

each_alert = pytest.mark.parametrize("alert", RULES.alerts, ids=lambda alert: alert.name)
each_test = pytest.mark.parametrize("path", sorted(TESTS.glob("*.yaml")), ids=lambda path: path.stem)


def test_prometheus_takes_the_file() -> None:
    done = promtool("check", "rules", str(FILE))
    assert done.returncode == 0, done.stdout


def test_there_are_few_alerts_and_each_has_one_name() -> None:
    names = [alert.name for alert in RULES.alerts]
    assert 8 <= len(names) <= 12
    assert len(set(names)) == len(names)


@each_alert
class TestEachAlert:
    def test_says_how_bad_and_for_whom(self, alert: Alert) -> None:
        assert re.fullmatch(r"Jangkau([A-Z][a-z]+)+", alert.name)
        assert alert.severity in ("page", "ticket")
        assert alert.audience in ("hub", "agency", "programme")
        assert re.fullmatch(r"\d+[mh]", alert.wait)
        for summary in (alert.summary_id, alert.summary_en):
            assert summary.endswith(".")
            assert "\n" not in summary
        assert alert.summary_id != alert.summary_en

    def test_has_its_runbook_in_both_languages(self, alert: Alert) -> None:
        assert alert.runbook == alert.name
        for language in LANGUAGES:
            text = alert.runbook_file(language).read_text("utf-8")
            assert re.findall(r"^# (.+)$", text, re.MULTILINE)
            sections = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)[1:]
            assert sections[::2] == SECTIONS[language]
            assert all(part.strip() for part in sections[1::2])

    def test_both_languages_give_the_same_commands(self, alert: Alert) -> None:
        def commands(language: str) -> list[str]:
            text = alert.runbook_file(language).read_text("utf-8")
            shown = "\n".join(re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
            # What is said after a # or as a basis is in the page's own language.
            return [re.sub(r'\s*#.*|--basis "[^"]*"', "", line) for line in shown.splitlines()]

        assert commands("id") == commands("en")
        assert commands("en")

    def test_reads_what_is_there(self, alert: Alert) -> None:
        assert list(faults(alert.expr)) == []

    def test_is_tried_with_series_for_firing_and_for_not(self, alert: Alert) -> None:
        tried = yaml.safe_load((TESTS / f"{alert.name}.yaml").read_text("utf-8"))
        cases = [case for test in tried["tests"] for case in test["alert_rule_test"]]
        assert {case["alertname"] for case in cases} == {alert.name}
        assert {bool(case.get("exp_alerts")) for case in cases} == {True, False}


@each_test
def test_the_alert_does_what_its_test_says(path: Path) -> None:
    done = promtool("test", "rules", str(path))
    assert done.returncode == 0, done.stdout


def test_every_test_and_every_runbook_belongs_to_an_alert() -> None:
    names = {alert.name for alert in RULES.alerts}
    assert {path.stem for path in TESTS.iterdir()} == names
    wanted = {f"{name}.{language}.md" for name in names for language in LANGUAGES}
    assert {path.name for path in RUNBOOKS.iterdir()} == wanted


@pytest.mark.parametrize("rule", RULES.recorded, ids=lambda rule: rule.name)
def test_a_recording_rule_reads_what_is_there(rule: Recorded) -> None:
    assert list(faults(rule.expr)) == []


def test_what_is_recorded_is_read() -> None:
    from monitoring.dashboards import dashboards

    asked = [query.expr for board in dashboards() for _, query in board.queries()]
    asked += [alert.expr for alert in RULES.alerts]
    for rule in RULES.recorded:
        assert any(rule.name in expr for expr in asked), rule.name


def limits(name: str) -> dict[tuple[str, ...], float]:
    """The figures of a policy by their labels, worked out."""
    found = {}
    for rule in yaml.safe_load(FILE.read_text("utf-8"))["groups"][0]["rules"]:
        if rule.get("record") == name:
            (inner,) = re.findall(r"^vector\(([\d.* ]+)\)$", rule["expr"])
            product = 1.0
            for factor in inner.split("*"):
                product *= float(factor)
            found[tuple(rule.get("labels", {}).values())] = product
    return found


def test_limits_are_those_the_code_judges_by() -> None:
    assert limits("jangkau:verdict_wait_limit_seconds") == {(): LAG_TOO_OLD_S}
    assert STALLED_AFTER_S == 15 * 60, "the runbook and the rule say a quarter of an hour"


def test_every_agency_with_facts_has_its_limits() -> None:
    persons = [agency for agency in AGENCIES if agency != "KEMNAKER"]
    fresh = limits("jangkau:freshness_limit_seconds")
    assert set(fresh) == {(agency, what) for agency in persons for what in ("fact", "batch")}
    assert max(fresh.values()) < 35 * 86_400, "later the topic is empty and a rebuild impossible"
    assert set(limits("jangkau:quarantine_limit_ratio")) == {(agency,) for agency in persons}
