"""The health page: the processes of the hub as they are, what waits, and what to do."""

import re

import pytest
from playwright.sync_api import expect

from tests.console.story import LAST_DAY, WIDER, Story
from tests.console.visit import Come

pytestmark = pytest.mark.broker


def test_the_processes_and_what_waits(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), "#/kesehatan")
    for process in ("engine-0", "control", "gateway", "sink"):
        row = visit.page.get_by_role("row").filter(has=visit.page.get_by_text(process, exact=True))
        expect(row).to_contain_text("siap")
    for topic in ("dtsen.persons", "bpjs.memberships"):
        expect(visit.page.get_by_role("row").filter(has_text=topic).first).to_be_visible()
    expect(visit.main).to_contain_text(f"{LAST_DAY.day} Mar 2026")
    expect(visit.main).to_contain_text("Prometheus belum dihubungkan")


def test_what_waits_for_people_is_said_with_its_runbook(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), "#/kesehatan")
    held = visit.page.locator(".finding").filter(has_text=f"direktif {WIDER} v1 ditahan")
    held.get_by_role("link").click()
    expect(visit.page).to_have_url(re.compile("#/kesehatan/JangkauDirectiveHeld$"))


def test_a_process_that_dies_shows_while_the_page_is_open(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), "#/kesehatan")
    same_document = visit.mark()
    row = visit.page.get_by_role("row").filter(has=visit.page.get_by_text("sink", exact=True))
    expect(row).to_contain_text("siap")
    story.hub.kill("sink")
    try:
        expect(row).to_contain_text("berhenti")
    finally:
        story.hub.start_again("sink")
    expect(row).to_contain_text("siap")
    assert same_document()


def test_a_runbook_in_both_languages(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), "#/kesehatan/JangkauVerdictsLate")
    expect(visit.title).not_to_be_empty()
    indonesian = visit.main.inner_text()
    visit.page.get_by_role("button", name="EN", exact=True).click()
    expect(visit.main).not_to_have_text(indonesian)
    expect(visit.main.locator(".copyable").first).to_contain_text("jangkau")
