"""Pages and history, on both databases, against a plain filter in Python."""

import asyncio
import itertools
import random
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

import pytest

from connectors.sql.page_query import page_query
from connectors.sql.view import VIEW_SESSION, CoverageItem, CoveragePage, CoverageView
from schemas.errors import InvalidInput
from schemas.events import CoverageState
from schemas.ids import PersonToken
from schemas.names import COVERAGE_STATUSES, GAP_REASONS
from tests.connectors.sql.cluster import fetch
from tests.connectors.sql.conftest import Place
from tests.connectors.sql.sinks import fill
from tests.connectors.sql.states import NOW, CoverageTopics, covered, gap, state, token

REGIONS = ("74.71", "74.71.01", "74.71.01.1001", "74.71.02", "74.71.10", "74.72.01", "73.01")
OTHER = "padat-karya"


def population(count: int = 120) -> dict[str, CoverageState]:
    chance = random.Random(8)
    kinds = [(), (covered(),), (covered(OTHER),)]
    kinds += [(gap(reason),) for reason in GAP_REASONS[:3]]
    kinds += [
        (gap("LAPSED"), covered(OTHER)),
        (covered(), gap("IN_ARREARS", OTHER)),
        (gap(), gap("LAPSED", OTHER)),
    ]
    return {
        token(chance.getrandbits(127)): state(2, *chance.choice(kinds), region=chance.choice(REGIONS))
        for _ in range(count)
    }


def matching(
    people: dict[str, CoverageState],
    region: str,
    status: str | None,
    reason: str | None,
    directive: str | None,
) -> list[str]:
    def wanted(one: CoverageState) -> bool:
        if region != "ID" and one.region != region and not one.region.startswith(f"{region}."):
            return False
        under = [v for v in one.verdicts if directive in (None, v.directive)]
        if directive is not None and not under:
            return False
        if status is not None and directive is None and one.status != status:
            return False
        if status is not None and directive is not None and all(v.status != status for v in under):
            return False
        if reason is not None:
            return status in (None, "GAP") and any(v.reason == reason for v in under)
        return True

    return sorted(key for key, one in people.items() if wanted(one))


async def pages(view: CoverageView, *question: str | None, limit: int) -> list[CoveragePage]:
    region, status, reason, directive = question
    assert region is not None
    found: list[CoveragePage] = []
    after: str | None = None
    while not found or after is not None:
        found.append(await view.page(region, status, reason, directive, after, limit))
        after = found[-1].next
    return found


QUESTIONS = list(
    itertools.product(
        ("ID", "74", "73", "74.71", "74.71.01", "74.71.01.1001", "74.99"),
        (None, *COVERAGE_STATUSES),
        (None, "LAPSED", "NEVER_REGISTERED"),
        (None, "inpres-8-2025", OTHER, "none-such"),
    )
)


def test_every_question_is_answered_in_pages_as_a_plain_filter_does(place: Place) -> None:
    people = population()
    topics = CoverageTopics()
    topics.persons(people)
    fill(topics, place.store())

    async def ask() -> None:
        view = await CoverageView.open(place.url)
        nobody = 0
        for question in QUESTIONS:
            region, status, reason, directive = question
            wanted = matching(people, region, status, reason, directive)
            for limit in (7, 1000):
                found = await pages(view, *question, limit=limit)
                assert [item.token for page in found for item in page.items] == wanted, question
                assert all(len(page.items) == limit for page in found[:-1])
            nobody += not wanted
        assert nobody < len(QUESTIONS) * 0.7
        await view.close()

    asyncio.run(ask())


def test_an_item_is_the_state(place: Place) -> None:
    topics = CoverageTopics()
    published = state(4, gap("IN_ARREARS"), covered(OTHER), region="74.71.01.1001")
    topics.person(token(9), published)
    fill(topics, place.store())

    async def ask() -> CoveragePage:
        view = await CoverageView.open(place.url)
        page = await view.page("74", None, None, None, None, 10)
        await view.close()
        return page

    page = asyncio.run(ask())
    verdicts: list[Mapping[str, Any]] = [
        {
            "directive": v.directive,
            "version": v.version,
            "status": v.status,
            "missing": list(v.missing),
            "reason": v.reason,
        }
        for v in published.verdicts
    ]
    assert page.items == [
        CoverageItem(
            token(9),
            "74.71.01.1001",
            "GAP",
            verdicts,
            None,
            published.business_date,
            published.decided_at,
            4,
        )
    ]
    assert page.next is None
    assert page.as_of is not None
    assert page.as_of.astimezone(UTC) == NOW


def test_history_is_what_was_published_oldest_first(place: Place) -> None:
    topics = CoverageTopics()
    moved = state(3, covered(), change="CHANGED", causes=("CLOCK", "DTSEN"), previous_region="73.01")
    topics.person(token(9), state(1, gap()), state(2, covered()), moved)
    topics.person(token(8), state(1, gap()))
    fill(topics, place.store())

    async def ask() -> None:
        view = await CoverageView.open(place.url)
        items = await view.history(PersonToken.parse(token(9)))
        assert [(item.token, item.seq, item.status) for item in items] == [
            (token(9), 1, "GAP"),
            (token(9), 2, "COVERED"),
            (token(9), 3, "COVERED"),
        ]
        assert (items[2].change, items[2].causes, items[2].previous_region) == (
            "CHANGED",
            ["CLOCK", "DTSEN"],
            "73.01",
        )
        assert items[1].covered_through == moved.covered_through
        assert await view.history(PersonToken.parse(token(7))) == []
        await view.close()

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (("7", None, None, None, None, 10), "Kemendagri"),
        (("74.71' OR 1=1", None, None, None, None, 10), "Kemendagri"),
        (("74", "OPEN", None, None, None, 10), "a status is one of"),
        (("74", None, "POOR", None, None, 10), "a reason is one of"),
        (("74", None, None, None, "zz", 10), "32 lower-case hex"),
        (("74", None, None, None, None, 0), "1 to 1000"),
        (("74", None, None, None, None, 1001), "1 to 1000"),
    ],
)
def test_a_wrong_question_is_refused(
    place: Place, question: tuple[str, str | None, str | None, str | None, str | None, int], said: str
) -> None:
    topics = CoverageTopics()
    fill(topics, place.store())

    async def ask() -> None:
        view = await CoverageView.open(place.url)
        try:
            await view.page(*question)
        finally:
            await view.close()

    with pytest.raises(InvalidInput, match=said):
        asyncio.run(ask())


def test_a_gap_list_of_a_region_is_an_index_scan(place: Place) -> None:
    topics = CoverageTopics()
    topics.persons(population(3000))
    fill(topics, place.store())
    place.run("ANALYZE")
    for question in (
        ("74.71", "GAP", "LAPSED", "inpres-8-2025"),
        ("74", "GAP", "LAPSED", "inpres-8-2025"),
        ("74.71.01", None, "LAPSED", "inpres-8-2025"),
        ("74.71", "GAP", None, None),
        ("74", None, None, None),
    ):
        plan = "\n".join(_plan(place, *question))
        table = "coverage_gap" if question[2] else "coverage_person"
        assert f"{table}_regency" in plan, plan
        assert "Seq Scan" not in plan, plan
        assert "SCAN coverage" not in plan, plan


def _plan(
    place: Place, region: str, status: str | None, reason: str | None, directive: str | None
) -> Iterator[str]:
    query = page_query(
        "sqlite" if place.dialect == "sqlite" else "postgresql",
        region,
        status,
        reason,
        directive,
        token(1),
        100,
        ("74.71", "74.72"),
    )
    assert query is not None
    text = query.text
    for at in range(len(query.values), 0, -1):
        text = text.replace(f"{'?' if place.dialect == 'sqlite' else '$'}{at}", f"'{query.values[at - 1]}'")
    if place.dialect == "sqlite":
        return (str(row[3]) for row in place.fetch(f"EXPLAIN QUERY PLAN {text}"))
    return (str(row[0]) for row in fetch(place.url, f"EXPLAIN {text}", VIEW_SESSION))
