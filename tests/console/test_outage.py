"""The gateway is killed while a page is open: the last figures stay, with their time, until it is back."""

import re

import pytest
from playwright.sync_api import expect

from tests.console.people import KENDARI
from tests.console.story import Story, register
from tests.console.visit import Come

pytestmark = pytest.mark.broker

_CUT_OFF = "ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED_ENCODING|of 503"
"""The browser's own words when nobody answers, or nobody knows anything yet."""


def test_pages_outlive_the_gateway(story: Story, come: Come) -> None:
    kendari = come(story.hub.token(), f"#/ikhtisar/{KENDARI}")
    moving = come(story.hub.token("viewer"), "#/direktif")
    moving.go("#/kesehatan")
    for visit in (kendari, moving):
        visit.expects(_CUT_OFF)
    same_document = kendari.mark()
    number = kendari.main.locator(".headline-number")
    gap = story.hub.totals(KENDARI).directives[0].gap
    expect(number).to_have_text(str(gap))
    banner = kendari.page.get_by_role("status").filter(has_text="Hub tidak terjawab")
    expect(banner).to_have_count(0)
    story.hub.kill("gateway")
    try:
        expect(banner).to_contain_text(re.compile(r"data per .*[0-9]{2}\.[0-9]{2}"))
        expect(kendari.title).to_contain_text("Kota Kendari")
        expect(number).to_have_text(str(gap))
        kendari.picture("terputus")
        assert not kendari.accessibility_faults()
        moving.page.goto(f"{story.hub.url}/console/#/direktif")
        expect(moving.title).to_contain_text("Hub tidak terjawab")
        expect(moving.main).to_contain_text("jangkau status")
    finally:
        story.hub.start_again("gateway")
    expect(banner).to_have_count(0)
    expect(moving.title).to_have_text("Direktif")
    register(story.hub, "bpjs-2026-03-05", story.some("LAPSED")[3:4])
    expect(number).to_have_text(str(gap - 1))
    assert same_document()


def test_a_page_whose_script_did_not_arrive_comes_by_itself(story: Story, come: Come) -> None:
    visit = come()
    visit.expects("ERR_FAILED|dynamically imported module")
    visit.page.route("**/js/pages/instansi.js", lambda route: route.abort())
    visit.log_in(story.hub.token(), "#/instansi")
    expect(visit.title).to_contain_text("Hub tidak terjawab")
    visit.page.unroute_all()
    expect(visit.title).to_have_text("Instansi")
