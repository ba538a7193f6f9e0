"""The directive document: one form for every spelling, every fault at once, nothing that bites."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import BaseModel

import schemas
from schemas.directive import MAX_BYTES, DirectiveDocument, DirectiveInvalid, parse_directive
from schemas.regions import Regions

EXAMPLES = sorted((Path(schemas.__file__).parent / "examples" / "directives").glob("*.yaml"))

PLAIN: dict[str, Any] = {
    "id": "perda-kendari-3-2026",
    "version": 1,
    "title": "Pekerja rentan Kendari",
    "legal_basis": "Perda 3/2026",
    "means": {"regions": ["74.71"], "age": {"from": 18, "to": 64}},
    "requires": ["JKK", "JKM"],
    "effective": {"from": "2026-04-01"},
}


def faults_of(text: str) -> list[str]:
    with pytest.raises(DirectiveInvalid) as caught:
        parse_directive(text)
    return caught.value.faults


def spoiled(**changes: Any) -> str:
    return json.dumps(PLAIN | changes)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_validates_and_comes_back(path: Path) -> None:
    document = parse_directive(path.read_text())
    assert DirectiveDocument.from_json(document.canonical_json()) == document
    assert (
        DirectiveDocument.from_json(document.canonical_json()).canonical_json() == document.canonical_json()
    )


def test_inpres_8_2025() -> None:
    (path,) = [path for path in EXAMPLES if path.stem == "inpres-8-2025"]
    document = parse_directive(path.read_text())
    assert document.requires == ("JKK", "JKM")
    assert document.means.work_statuses == (1, 2, 6, 7, 8)
    assert document.means.welfare is not None
    assert (document.means.welfare.deciles, document.means.welfare.extreme_poor) == ((1, 2, 3, 4), True)
    assert {target.region for target in document.targets} == set(Regions.load().regencies_of("74"))


def test_every_spelling_has_one_canonical_form() -> None:
    yaml_text = yaml.safe_dump(PLAIN, sort_keys=True)
    spelled_out = PLAIN | {"payer": None, "targets": [], "means": PLAIN["means"] | {"presence": ["PRESENT"]}}
    forms = {
        parse_directive(text).canonical_json()
        for text in (yaml_text, json.dumps(PLAIN), json.dumps(spelled_out))
    }
    assert len(forms) == 1
    assert json.loads(forms.pop())["effective"]["from"] == "2026-04-01"


def test_what_is_left_out() -> None:
    document = parse_directive(spoiled(means={}))
    assert document.means.presence == ("PRESENT",)
    assert (document.means.regions, document.means.welfare, document.effective.until) == ((), None, None)
    assert document.effective.from_ == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "Not An Id"}, "id"),
        ({"version": 0}, "version"),
        ({"title": ""}, "title"),
        ({"means": {"regions": ["74.99"]}}, "means.regions[0]"),
        ({"means": {"regions": [74.10]}}, "means.regions[0]"),
        ({"means": {"presence": []}}, "means.presence"),
        ({"means": {"presence": ["MOVED"]}}, "means.presence[0]"),
        ({"means": {"welfare": {}}}, "means.welfare"),
        ({"means": {"welfare": {"deciles": [0]}}}, "means.welfare.deciles[0]"),
        ({"means": {"welfare": {"deciles": [11]}}}, "means.welfare.deciles[0]"),
        ({"means": {"welfare": {"deciles": [1, 1]}}}, "means.welfare.deciles"),
        ({"means": {"age": {"from": 65, "to": 18}}}, "means.age"),
        ({"means": {"work_statuses": [9]}}, "means.work_statuses[0]"),
        ({"means": {"industries": [27]}}, "means.industries[0]"),
        ({"means": {"colour": "red"}}, "means.colour"),
        ({"requires": []}, "requires"),
        ({"requires": ["JKK", "BPJS"]}, "requires[1]"),
        ({"payer": "ME"}, "payer"),
        ({"effective": {"from": "2026-04-01", "until": "2026-03-31"}}, "effective"),
        ({"effective": {}}, "effective.from"),
        ({"targets": [{"region": "99.01", "date": "2026-12-31", "persons": 1}]}, "targets[0].region"),
        ({"targets": [{"region": "74.71", "date": "2026-12-31", "persons": -1}]}, "targets[0].persons"),
        ({"preview": True}, "preview"),
    ],
)
def test_a_fault_names_its_field(changes: dict[str, Any], field: str) -> None:
    (fault,) = faults_of(spoiled(**changes))
    assert fault.startswith(f"{field}: ")
    assert len(fault) > len(field) + 10


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("91.01", "91.01 is retired: write today's code, 93.01"),
        ("91.01.01", "91.01.01 lies in a retired regency, 93.01 today"),
        ("91.01.01.2001", "91.01.01.2001 lies in a retired regency, 93.01 today"),
    ],
)
def test_an_author_writes_the_codes_of_today(written: str, said: str) -> None:
    target = {"region": written, "date": "2026-12-31", "persons": 1}
    region, in_target = faults_of(spoiled(means={"regions": [written]}, targets=[target]))
    assert region.startswith(f"means.regions[0]: {said}")
    assert in_target.startswith(f"targets[0].region: {said}")


def test_a_region_retired_since_is_read_from_the_log_as_its_successor() -> None:
    document = DirectiveDocument.from_json(spoiled(means={"regions": ["91.01"]}))
    assert [region.text for region in document.means.regions] == ["93.01"]


ROLLOUT = [{"from": "2026-04-01", "regions": ["74.71"]}, {"from": "2026-05-01"}]


def test_a_rollout_and_bounds_come_back() -> None:
    bounds = {"entering": 10, "leaving": 0, "leaving_regency": 0, "leaving_regency_permille": 1000}
    document = parse_directive(spoiled(rollout=ROLLOUT, bounds=bounds))
    assert [step.from_ for step in document.rollout] == [date(2026, 4, 1), date(2026, 5, 1)]
    assert document.rollout[-1].regions == ()
    assert document.bounds is not None
    assert document.bounds.model_dump() == bounds
    assert DirectiveDocument.from_json(document.canonical_json()) == document


@pytest.mark.parametrize(
    ("rollout", "said"),
    [
        ([{"from": "2026-03-01"}], "before effective.from"),
        ([{"from": "2026-05-01", "regions": ["74.71"]}, {"from": "2026-05-01"}], "each on a later date"),
        ([{"from": "2026-04-01", "regions": ["74.71"]}], "its last step, and only the last"),
        ([{"from": "2026-04-01"}, {"from": "2026-05-01"}], "its last step, and only the last"),
        (
            [
                {"from": "2026-04-01", "regions": ["74.71"]},
                {"from": "2026-05-01", "regions": ["74.71"]},
                {"from": "2026-06-01"},
            ],
            "a region comes in two steps",
        ),
        (
            [{"from": "2026-04-01", "regions": ["74.01"]}, {"from": "2026-05-01"}],
            "74.01 lies outside means.regions",
        ),
    ],
)
def test_a_rollout_that_cannot_be(rollout: list[dict[str, Any]], said: str) -> None:
    (fault,) = faults_of(spoiled(rollout=rollout))
    assert said in fault
    assert "rollout" in fault


def test_a_rollout_ends_while_the_directive_is_in_effect() -> None:
    (fault,) = faults_of(spoiled(rollout=ROLLOUT, effective={"from": "2026-04-01", "until": "2026-04-30"}))
    assert "after effective.until 2026-04-30" in fault


def test_a_district_of_a_region_that_is_meant_may_come_first() -> None:
    steps = [{"from": "2026-04-01", "regions": ["74.71.01"]}, {"from": "2026-05-01"}]
    assert parse_directive(spoiled(rollout=steps)).rollout[0].regions[0].text == "74.71.01"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"entering": -1}, "bounds.entering"),
        ({"leaving_regency_permille": 1001}, "bounds.leaving_regency_permille"),
        ({"leaving": None}, "bounds.leaving"),
        ({"staying": 5}, "bounds.staying"),
    ],
)
def test_bounds_that_cannot_be(change: dict[str, Any], field: str) -> None:
    whole = {"entering": 1, "leaving": 1, "leaving_regency": 1, "leaving_regency_permille": 1}
    (fault,) = faults_of(spoiled(bounds=whole | change))
    assert fault.startswith(f"{field}: ")


def test_bounds_are_given_whole() -> None:
    faults = faults_of(spoiled(bounds={"entering": 1}))
    assert {fault.partition(": ")[0] for fault in faults} == {
        "bounds.leaving",
        "bounds.leaving_regency",
        "bounds.leaving_regency_permille",
    }


def test_every_fault_at_once() -> None:
    faults = faults_of(
        spoiled(version=0, requires=[], means={"age": {"from": 200, "to": 1}, "sex": "X"}, hold=1)
    )
    named = {fault.partition(": ")[0] for fault in faults}
    assert named == {"version", "requires", "means.age.from", "means.sex", "hold"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n- b",
        "id: [",
        "id: !!python/object/apply:os.system ['true']",
        "a: &a [1, 2]\nb: [*a, *a]",
        "id: a\nid: b",
        "effective: {from: 2026-02-31}",
        "[" * 5_000,
        "\x00",
    ],
)
def test_what_is_no_document_is_said_in_one_line(text: str) -> None:
    assert len(faults_of(text)) == 1


def test_a_document_may_not_be_endless() -> None:
    (fault,) = faults_of(spoiled(title="x" * MAX_BYTES))
    assert "64 KiB" in fault


def fields_of(model: type[BaseModel], path: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        where = path + (field.alias or name)
        yield where
        for kind in [field.annotation, *get_args(field.annotation)]:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from fields_of(kind, f"{where}.")


def test_every_field_is_explained() -> None:
    page = (Path(__file__).parents[2] / "docs" / "directives.md").read_text()
    assert re.findall(r"^\| `([a-z_.]+)` \|", page, re.MULTILINE) == list(fields_of(DirectiveDocument))


PAGE = (Path(__file__).parents[2] / "docs" / "directives.md").read_text()
SHOWN = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", SHOWN, ids=lambda block: block.partition(":")[0])
def test_what_the_guide_shows_validates(block: str) -> None:
    """A block that does not begin with an id shows some fields of a document."""
    shown = yaml.safe_load(block)
    whole = block if "id" in shown else yaml.safe_dump(PLAIN | shown)
    assert parse_directive(whole).requires == ("JKK", "JKM")


def test_the_guide_shows_a_document_bounds_and_a_rollout() -> None:
    assert {name for block in SHOWN for name in yaml.safe_load(block)} >= {"id", "bounds", "rollout"}
