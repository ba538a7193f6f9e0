"""Coming in: with a token, with none, with a wrong or an old one."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from connectors.gateway.auth import SKEW_S
from tests.console.story import Story
from tests.console.visit import Come, Visit

pytestmark = pytest.mark.broker

_SOON_OVER = timedelta(seconds=7 - SKEW_S)
"""The gateway takes a token a little longer than it says, as clocks differ: this one for seven seconds."""


def _asks_for_a_token(visit: Visit) -> None:
    expect(visit.title).to_have_text("Masuk")
    expect(visit.page.get_by_label("Token", exact=True)).to_be_editable()


def test_the_gateways_address_alone_leads_to_the_login(story: Story, come: Come) -> None:
    visit = come()
    visit.page.goto(story.hub.url)
    _asks_for_a_token(visit)
    assert visit.page.url.startswith(f"{story.hub.url}/console/")
    visit.page.get_by_label("Token", exact=True).fill(story.hub.token())
    visit.page.get_by_role("button", name="Masuk").click()
    expect(visit.title).to_contain_text("Indonesia")


def test_a_token_in_the_address_is_gone_from_it_at_once(story: Story, come: Come) -> None:
    token = story.hub.token()
    visit = come(token)
    assert "token" not in visit.page.url
    visit.go("#/kesehatan")
    visit.page.go_back()
    assert "token" not in visit.page.url
    assert not [each for each in visit.addresses if token in each]
    assert token not in str(visit.page.evaluate("JSON.stringify({...localStorage}) + document.cookie"))


@pytest.mark.parametrize("token", ["bukan-token", "a.b.c", "é☃"])
def test_a_wrong_token_is_refused_and_not_kept(story: Story, come: Come, token: str) -> None:
    visit = come()
    visit.expects("status of 401")
    visit.page.goto(f"{story.hub.url}/console/")
    _asks_for_a_token(visit)
    visit.page.get_by_label("Token", exact=True).fill(token)
    visit.page.get_by_role("button", name="Masuk").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("Token ini tidak diterima")
    assert not visit.accessibility_faults()
    visit.picture("masuk-ditolak")
    _asks_for_a_token(visit)
    assert visit.page.evaluate("sessionStorage.length") == 0


def test_an_empty_field_says_what_it_wants(story: Story, come: Come) -> None:
    visit = come()
    visit.page.goto(f"{story.hub.url}/console/")
    visit.page.get_by_role("button", name="Masuk").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("Isikan token")
    expect(visit.page.get_by_label("Token", exact=True)).to_be_focused()


def test_an_old_token_leads_back_to_the_login(story: Story, come: Come) -> None:
    visit = come()
    visit.expects("status of 401")
    old = story.hub.token(lifetime=timedelta(minutes=-10))
    visit.page.goto(f"{story.hub.url}/console/#token={old}")
    _asks_for_a_token(visit)
    expect(visit.page.get_by_role("alert")).to_contain_text("tidak berlaku")


def test_a_token_that_ends_while_the_page_is_open_leads_back_to_the_login(story: Story, come: Come) -> None:
    visit = come(story.hub.token(lifetime=_SOON_OVER))
    visit.expects("status of 401")
    expect(visit.title).to_contain_text("Indonesia")
    same_document = visit.mark()
    _asks_for_a_token(visit)
    expect(visit.page.get_by_role("alert")).to_contain_text("tidak berlaku")
    assert same_document()


def test_logging_out_forgets_the_token(story: Story, come: Come) -> None:
    visit = come(story.hub.token())
    visit.page.get_by_role("button", name="Keluar").click()
    _asks_for_a_token(visit)
    assert visit.page.evaluate("sessionStorage.length") == 0
    visit.page.reload()
    _asks_for_a_token(visit)
