"""The feed of regional totals."""

from datetime import date

from deploy.query.regions import RegionFeed
from schemas.ids import DirectiveId
from schemas.names import COVERAGE_REGIONS
from tests.fakes.hub_topics import HubTopics
from tests.fakes.totals import DIRECTIVE, directive_totals, region_totals

_MARCH, _APRIL = date(2026, 3, 1), date(2026, 4, 1)


def _put(hub: HubTopics, region: str, covered: int, on: date) -> None:
    total = region_totals("REGENCY", directive_totals(100, covered), on=on)
    hub.put(COVERAGE_REGIONS, region, total)


def test_change_is_against_the_last_totals_of_the_date_before() -> None:
    hub = HubTopics()
    _put(hub, "74.71", 10, _MARCH)
    feed = RegionFeed(hub.sources(), None, None)
    feed.read()
    assert feed.previous == {}
    for covered, on in ((20, _MARCH), (30, _APRIL), (40, _APRIL)):
        _put(hub, "74.71", covered, on)
        assert feed.follow(0.0)
    assert feed.totals["74.71"].directives[0].covered == 40
    assert feed.previous["74.71"].directives[0].covered == 20
    assert feed.business_date == _APRIL
    assert not feed.follow(0.0)


def test_a_region_shows_itself_and_what_lies_in_it() -> None:
    hub = HubTopics()
    for region in ("ID", "74", "74.71", "74.7", "7", "73.71"):
        _put(hub, region, 1, _MARCH)
    feed = RegionFeed(hub.sources(), "74", None)
    feed.read()
    assert set(feed.totals) == {"74", "74.71", "74.7"}
    feed = RegionFeed(hub.sources(), "74.7", None)
    feed.read()
    assert set(feed.totals) == {"74.7"}


def test_the_directive_is_the_one_asked_for_or_the_first_there_is() -> None:
    hub = HubTopics()
    feed = RegionFeed(hub.sources(), None, None)
    feed.read()
    assert feed.directive is None
    _put(hub, "74.71", 1, _MARCH)
    feed.follow(0.0)
    assert feed.directive == DIRECTIVE
    assert RegionFeed(hub.sources(), None, DirectiveId("other")).directive == "other"
