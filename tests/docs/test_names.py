"""What has a name is on a page, and a name on a page is of something that is there."""

import re
from collections.abc import Iterable

import pytest

from deploy.cli.rendering import FAILED, INTERRUPTED, WRONG_INPUT
from deploy.settings import setting_names
from deploy.supervision.worker import REFUSED_EXIT_CODE
from monitoring.catalog import BY_NAME
from schemas.catalog import load_catalog
from schemas.names import REJECT_REASONS
from tests.docs.pages import ROOT, Page, page, pages

TOPICS = set(load_catalog())
SETTINGS = {name for name, _ in setting_names()}
METRICS = set(BY_NAME)

_TOPIC = re.compile(r"`((?:dtsen|bpjs|kemnaker|agency|hub|coverage)\.[a-z_]+)")
_SETTING = re.compile(r"\bJANGKAU_[A-Z0-9_]*[A-Z0-9]\b")
_METRIC = re.compile(r"\bjangkau_[a-z_]*[a-z]\b")
_EXIT_CODE = re.compile(r"^\| (\d+) \|", re.MULTILINE)

FILES = {"hub.log", "hub.json"}

every_page = pytest.mark.parametrize("one", pages(), ids=lambda one: one.name)


def missing_on(name: str, wanted: Iterable[str]) -> list[str]:
    text = page(name).text
    return [each for each in wanted if not re.search(rf"(?<![\w.]){re.escape(each)}(?!\w)", text)]


def test_every_topic_is_on_the_page_of_topics() -> None:
    assert missing_on("docs/topics.md", TOPICS) == []


def test_every_setting_is_on_the_page_of_settings() -> None:
    assert missing_on("docs/settings.md", SETTINGS) == []


def test_every_metric_is_on_the_page_of_metrics() -> None:
    assert missing_on("docs/metrics.md", METRICS) == []


def test_every_reason_to_reject_is_in_the_rules() -> None:
    assert missing_on("docs/rules.md", REJECT_REASONS) == []


def test_exit_codes_of_the_command_are_those_of_the_guide() -> None:
    section = page("docs/operators.md").text.partition("## Exit codes")[2].partition("\n## ")[0]
    told = sorted(map(int, _EXIT_CODE.findall(section)))
    assert told == sorted([0, FAILED, WRONG_INPUT, REFUSED_EXIT_CODE, INTERRUPTED])


@every_page
def test_no_page_names_what_is_not_there(one: Page) -> None:
    assert set(_TOPIC.findall(one.text)) - TOPICS - FILES == set()
    assert set(_SETTING.findall(one.text)) - SETTINGS == set()
    assert set(_METRIC.findall(one.text)) - METRICS == set()


def test_the_picture_names_topics_that_are_there() -> None:
    picture = (ROOT / "docs" / "picture.svg").read_text("utf-8")
    named = set(re.findall(r">((?:dtsen|bpjs|kemnaker|agency|hub|coverage)\.[a-z]+)<", picture))
    assert len(named) >= 5
    assert named <= TOPICS
