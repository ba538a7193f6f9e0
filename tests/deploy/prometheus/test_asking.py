"""`jangkau monitoring check`: what a running Prometheus does not see is named."""

from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.cli.monitoring import monitoring
from deploy.prometheus.asking import Prometheus, questions
from monitoring.dashboards import dashboards
from monitoring.rules import load_rules
from schemas.errors import InvalidInput, Retryable
from tests.fakes.prometheus import answering

SAMPLE = {"metric": {"instance": "engine-0"}, "value": [0, "1"]}


class Answers:
    """A Prometheus that sees all but what is left out."""

    def __init__(self, *left_out: str, health: str = "up") -> None:
        self.left_out = left_out
        self.health = health
        self.asked: list[str] = []

    def __call__(self, path: str, parameters: dict[str, str]) -> Any:
        if path == "targets":
            labels = {"job": "jangkau", "instance": "engine-0"}
            other = {"labels": {"job": "node", "instance": "machine"}, "health": "down"}
            return {"activeTargets": [{"labels": labels, "health": self.health}, other]}
        if path == "alerts":
            firing = {"labels": {"alertname": "JangkauHubUnseen"}, "state": "firing"}
            return {"alerts": [firing, {"labels": {"alertname": "JangkauDiskFilling"}, "state": "pending"}]}
        assert path == "query"
        self.asked.append(parameters["query"])
        seen = not any(name in parameters["query"] for name in self.left_out)
        return {"resultType": "vector", "result": [SAMPLE] if seen else []}


def check(answers: Answers, *options: str) -> Result:
    with answering(answers) as url:
        return CliRunner().invoke(monitoring, ["check", "--url", url, *options], catch_exceptions=False)


def test_all_is_asked_and_all_is_answered() -> None:
    answers = Answers()
    done = check(answers)
    assert done.exit_code == 0, done.output
    assert "engine-0     up\n" in done.output
    assert "!" not in done.output
    assert len(answers.asked) == len(list(questions()))
    assert f"{len(answers.asked)} dari/of {len(answers.asked)}" in done.output


def test_what_is_not_answered_is_named() -> None:
    done = check(Answers("jangkau_hub_disk_size_bytes"))
    assert done.exit_code == 1
    assert "! jangkau-hub: Ruang cakram bekas pakai: tidak dijawab" in done.output
    assert "! JangkauDiskFilling: tidak dijawab" in done.output
    assert "jangkau_hub_disk_free_bytes\n" not in done.output


def test_what_is_rightly_empty_is_no_fault_and_says_why() -> None:
    done = check(Answers("restore_progress", "ALERTS"), "--all")
    assert done.exit_code == 0, done.output
    assert (
        "jangkau-hub: Kemajuan pemulihan: – (nothing is being restored while all partitions work)"
        in done.output
    )


def test_a_process_that_does_not_answer_is_a_fault() -> None:
    assert check(Answers(health="down")).exit_code == 1


def test_every_panel_rule_and_alert_is_asked_about() -> None:
    where = {question.where for question in questions()}
    for board in dashboards():
        assert {f"{board.uid}: {panel.title.indonesian}" for panel in board.panels()} <= where
    assert {rule.name for rule in load_rules().recorded} <= where
    assert {alert.name for alert in load_rules().alerts} <= where


def test_no_prometheus_is_said_with_what_to_do() -> None:
    with answering(Answers()) as url:
        assert Prometheus(url).firing() == [{"alertname": "JangkauHubUnseen"}]
    with pytest.raises(Retryable, match="no Prometheus answers") as raised:
        Prometheus(url).targets()
    assert "--url" in (raised.value.remedy or "")


def test_what_it_refuses_is_said() -> None:
    def refuse(path: str, parameters: dict[str, str]) -> Any:
        raise ValueError(f"parse error in {parameters['query']}")

    with answering(refuse) as url, pytest.raises(InvalidInput, match=r"parse error in sum\("):
        Prometheus(url).query("sum(")
