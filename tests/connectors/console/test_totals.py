"""Totals of a region with what lies above and below it, and what they come to as figures."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.directive import parse_directive
from schemas.events import Discrepancies
from schemas.names import COVERAGE_DIRECTIVES, COVERAGE_REGIONS
from tests.connectors.gateway.test_commands import status
from tests.connectors.gateway.world import World, play, problem
from tests.fakes.totals import directive_totals, region_totals
from tests.streams.control.builders import NAME, document

TARGETS = [
    {"region": "74.71", "date": "2026-12-31", "persons": 60},
    {"region": "74.71", "date": "2026-06-30", "persons": 50},
    {"region": "74", "date": "2026-06-30", "persons": 500},
]


async def ask(world: World, path: str, **claims: Any) -> Any:
    return await world.client.get(path, headers=world.bearer(None, **claims))


def tell(world: World) -> None:
    """Totals of the nation, a province and a city, and the directive they speak of."""
    odd = Discrepancies(1, 2, 3, 4, 5)
    nation = replace(region_totals("NATION", directive_totals(200, 80)), discrepancies=odd)
    world.receive(COVERAGE_REGIONS, "ID", nation)
    world.receive(COVERAGE_REGIONS, "74", region_totals("PROVINCE", directive_totals(100, 40), reported=3))
    world.receive(COVERAGE_REGIONS, "74.71", region_totals("REGENCY", directive_totals(60, 20, target=50)))
    text = parse_directive(document(1, "2026-01-10", targets=TARGETS)).canonical_json()
    world.receive(COVERAGE_DIRECTIVES, NAME, status(1, "IN_FORCE", text))


def test_before_there_are_totals(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        found = (await ask(world, "/totals/ID")).json()
        assert (found["as_of"], found["complete"], found["business_date"]) == (None, False, None)
        assert len(found["children"]) == 38
        assert all((each["persons"], each["directives"]) == (0, []) for each in found["children"])
        assert found["region"]["population"] > 280_000_000

    play(tmp_path, scene)


def test_the_nation_with_its_provinces(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        tell(world)
        found = (await ask(world, "/totals/ID")).json()
        assert datetime.fromisoformat(found["as_of"]) == datetime(2026, 3, 1, 5, tzinfo=UTC)
        assert (found["complete"], found["partitions"], found["control_offset"]) == (True, 4, 12)
        region = found["region"]
        assert (region["code"], region["name"], region["level"]) == ("ID", "Indonesia", "nation")
        assert region["discrepancies"] == {
            "dead_at_dtsen_alive_at_bpjs": 1,
            "dead_at_bpjs_present_at_dtsen": 2,
            "two_public_payers": 3,
            "employee_without_pu": 4,
            "member_unknown_to_dtsen": 5,
        }
        programs = {"directive": NAME, "version": 1, "title": "Pekerja rentan desil 1-4"}
        assert found["directives"] == [{**programs, "programs": ["JKK", "JKM"]}]
        sultra = next(each for each in found["children"] if each["code"] == "74")
        line = sultra["directives"][0]
        assert (sultra["name"], sultra["level"]) == ("Sulawesi Tenggara", "province")
        assert (line["eligible"], line["covered"], line["gap"]) == (100, 40, 60)
        assert line["reasons"] == {
            "NEVER_REGISTERED": 60,
            "MEMBERSHIP_ENDED": 0,
            "PROGRAM_PARTIAL": 0,
            "IN_ARREARS": 0,
            "LAPSED": 0,
        }
        assert found["parents"] == []

    play(tmp_path, scene)


def test_a_province_and_a_city(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        tell(world)
        province = (await ask(world, "/totals/74")).json()
        assert (province["complete"], province["partitions_reported"]) == (False, 3)
        assert len(province["children"]) == 17
        assert province["parents"] == [{"code": "ID", "name": "Indonesia"}]
        city = (await ask(world, "/totals/74.71")).json()
        assert (city["region"]["level"], city["children"]) == ("regency", [])
        assert [each["code"] for each in city["parents"]] == ["ID", "74"]
        assert city["region"]["directives"][0]["target"] == 50
        # Where nobody is counted the nation's totals say as of when.
        empty = (await ask(world, "/totals/11")).json()
        assert (empty["complete"], empty["region"]["persons"]) == (True, 0)

    play(tmp_path, scene)


@pytest.mark.parametrize("region", ["99", "74.99"])
def test_a_region_that_is_none(tmp_path: Path, region: str) -> None:
    async def scene(world: World) -> None:
        for path in (f"/totals/{region}", f"/totals/{region}/trend?directive={NAME}"):
            assert problem(await ask(world, path)) == "not-found"
        for path in ("/totals/7471", "/totals/74.71.01", "/totals/x", "/totals/74/trend", "/totals/74?x=1"):
            assert problem(await ask(world, path)) == "faults"

    play(tmp_path, scene)


def test_the_trend_and_what_is_to_be_reached(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        tell(world)
        later = region_totals("REGENCY", directive_totals(60, 30, target=50), on=date(2026, 3, 2))
        world.receive(COVERAGE_REGIONS, "74.71", later)
        world.state.trend.flush()
        found = (await ask(world, f"/totals/74.71/trend?directive={NAME}")).json()
        assert [(each["date"], each["covered"], each["complete"]) for each in found["points"]] == [
            ("2026-03-01", 20, True),
            ("2026-03-02", 30, True),
        ]
        assert (found["target"], found["target_date"], found["since"]) == (50, "2026-12-31", "2026-03-01")
        assert found["steps"] == [
            {"date": "2026-06-30", "target": 50},
            {"date": "2026-12-31", "target": 60},
        ]
        other = (await ask(world, "/totals/74.71/trend?directive=another")).json()
        assert (other["points"], other["since"], other["target"]) == ([], None, None)

    play(tmp_path, scene)


def test_while_a_version_rolls_out_both_count(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        first, second = directive_totals(60, 20), replace(directive_totals(10, 5, target=50), version=2)
        world.receive(COVERAGE_REGIONS, "74", region_totals("PROVINCE", first, second))
        world.state.trend.flush()
        found = (await ask(world, "/totals/74")).json()
        assert [(each["version"], each["eligible"]) for each in found["region"]["directives"]] == [
            (1, 60),
            (2, 10),
        ]
        trend = (await ask(world, f"/totals/74/trend?directive={NAME}")).json()
        assert (trend["points"][0]["eligible"], trend["points"][0]["gap"], trend["target"]) == (70, 45, 50)
        figures = world.state.figures().coverage
        assert [(each.region, each.eligible, each.target) for each in figures] == [("74", 70, 50)]

    play(tmp_path, scene)


def test_figures_of_the_hub(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        tell(world)
        figures = world.state.figures()
        assert [each.region for each in figures.coverage] == ["74"]
        assert [(each.region, each.gap) for each in figures.nation] == [("ID", 120)]
        assert (figures.partitions_reported, figures.partitions) == (4, 4)
        assert figures.totals_at == datetime(2026, 3, 1, 5, tzinfo=UTC).timestamp()
        assert (figures.business_date, figures.directives) == (date(2026, 3, 1), (f"{NAME} v1",))
        assert figures.held_directives == ()
        assert [each.agency for each in figures.agencies] == ["BPS", "BPJSTK", "KEMNAKER"]
        world.state.followed = lambda: False
        assert world.state.figures().nation == (), "what is being read is not shown as all there is"
        answer = await ask(world, "/totals/ID")
        assert (answer.status_code, problem(answer)) == (503, "unavailable")

    play(tmp_path, scene)


def test_a_region_taken_back_and_a_value_that_is_none(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        tell(world)
        world.state.totals.take(b"74", b"junk")
        assert set(world.state.totals.all()) == {"ID", "74", "74.71"}
        world.state.totals.take(b"74", None)
        assert set(world.state.totals.all()) == {"ID", "74.71"}

    play(tmp_path, scene)
