"""Row-level security on a real PostgreSQL: a role sees the persons of its regions, and nobody else."""

import asyncio
import uuid

import pytest

from connectors.sql.postgres import PostgresStore
from connectors.sql.url import Database
from connectors.sql.view import CoverageView
from schemas.errors import Refused
from schemas.ids import PersonToken
from tests.connectors.sql.cluster import PASSWORD, PostgresCluster, execute, fetch
from tests.connectors.sql.sinks import fill
from tests.connectors.sql.states import CoverageTopics, gap, state, token
from tests.docs.pages import page

PLACES = {
    token(1): "74.71.01.1001",
    token(2): "74.71.02",
    token(3): "74.72.01",
    token(4): "73.71.01",
}


class Readers:
    """A filled database, and roles that are given regions as docs/sql.md shows it."""

    def __init__(self, postgres: PostgresCluster) -> None:
        self._postgres = postgres
        self.url = postgres.database()
        topics = CoverageTopics()
        for key, region in PLACES.items():
            topics.person(key, state(1, gap(), region="73.71.01"), state(2, gap(), region=region))
        fill(topics, PostgresStore(Database.parse(self.url)))

    def role(self, *regions: str) -> str:
        """A new role that may read these regions; returns the URL it connects with."""
        name = f"reader_{uuid.uuid4().hex[:8]}"
        (example,) = [code for code in page("docs/sql.md").fences("sql") if "CREATE ROLE kendari" in code]
        text = example.replace("kendari", name).replace("'a password'", f"'{PASSWORD}'")
        execute(self.url, text)
        execute(self.url, f"DELETE FROM region_reader WHERE role = '{name}'")
        for region in regions:
            execute(self.url, f"INSERT INTO region_reader VALUES ('{name}', '{region}')")
        database = self.url.rpartition("/")[2]
        return self._postgres.url(database, user=name)


@pytest.fixture(scope="module")
def readers(postgres: PostgresCluster) -> Readers:
    return Readers(postgres)


@pytest.mark.parametrize(
    ("regions", "seen"),
    [
        (("74.71",), {1, 2}),
        (("74.71.01",), {1}),
        (("74.71.01.1001",), {1}),
        (("74",), {1, 2, 3}),
        (("73", "74.72"), {3, 4}),
        (("ID",), {1, 2, 3, 4}),
        ((), set()),
    ],
)
def test_a_reader_sees_its_regions_only(readers: Readers, regions: tuple[str, ...], seen: set[int]) -> None:
    url = readers.role(*regions)
    wanted = {token(number) for number in seen}
    for table in ("coverage_person", "coverage_gap"):
        assert {key.hex for (key,) in fetch(url, f"SELECT token FROM {table}")} == wanted
    # What was published while they lived elsewhere is not this region's to see.
    elsewhere = {token(number) for number in range(1, 5)} if {"73", "ID"} & set(regions) else set()
    first = fetch(url, "SELECT token FROM coverage_person_history WHERE seq = 1")
    second = fetch(url, "SELECT token FROM coverage_person_history WHERE seq = 2")
    assert {key.hex for (key,) in first} == elsewhere
    assert {key.hex for (key,) in second} == wanted


def test_a_reader_cannot_give_itself_a_region_nor_see_those_of_others(readers: Readers) -> None:
    url = readers.role("74.71")
    readers.role("73")
    assert {region for _, region in fetch(url, "SELECT role, region FROM region_reader")} == {"74.71"}
    for statement in (
        "INSERT INTO region_reader VALUES (current_user, 'ID')",
        "UPDATE region_reader SET region = 'ID'",
        "DELETE FROM coverage_person",
        "ALTER TABLE coverage_person DISABLE ROW LEVEL SECURITY",
    ):
        with pytest.raises(Exception, match=r"permission denied|must be owner"):
            execute(url, statement)


def test_the_view_of_a_reader_has_its_regions_only(readers: Readers) -> None:
    url = readers.role("74.71")

    async def look() -> None:
        view = await CoverageView.open(url)
        whole = await view.page("74", "GAP", "LAPSED", "inpres-8-2025", None, 100)
        assert [item.token for item in whole.items] == [token(1), token(2)]
        assert whole.as_of is not None
        assert (await view.page("73", None, None, None, None, 100)).items == []
        assert [item.seq for item in await view.history(PersonToken.parse(token(1)))] == [2]
        assert await view.history(PersonToken.parse(token(4))) == []
        await view.close()

    asyncio.run(look())


def test_a_reader_cannot_run_the_sink(readers: Readers) -> None:
    store = PostgresStore(Database.parse(readers.role("ID")))
    with pytest.raises(Refused, match="may not do that"):
        store.open()
    store.close()


def test_the_planner_still_uses_the_index(readers: Readers) -> None:
    url = readers.role("74.71")
    plan = fetch(
        url,
        "EXPLAIN SELECT token FROM coverage_gap WHERE regency = '74.71' AND directive = 'inpres-8-2025' "
        "AND reason = 'LAPSED' ORDER BY token LIMIT 10",
        {"enable_seqscan": "off"},
    )
    text = "\n".join(str(row[0]) for row in plan)
    assert "coverage_gap_regency" in text
    assert "Index Cond: ((regency = '74.71'::text)" in text
