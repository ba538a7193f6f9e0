"""Dashboards: what they ask is there, what they show is said in both languages, and Grafana can load them."""

import json
import re

import pytest

from monitoring.dashboards import dashboards
from monitoring.dashboards.grafana import grafana_json
from monitoring.dashboards.model import Dashboard, Shape, Unit, concrete
from monitoring.promql import selectors
from tests.monitoring.reads import faults, labels_of

BOARDS = dashboards()
each_board = pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)

_PERSONAL = re.compile(r"nik|token|person_id|batch_id", re.IGNORECASE)


def test_one_for_each_audience() -> None:
    assert [board.uid for board in BOARDS] == ["jangkau-hub", "jangkau-agencies", "jangkau-programme"]


@each_board
class TestEachDashboard:
    def test_reads_what_is_there(self, board: Dashboard) -> None:
        for panel, query in board.queries():
            assert list(faults(query.expr)) == [], panel.title.english

    def test_a_legend_names_labels_that_the_answer_has(self, board: Dashboard) -> None:
        for panel, query in board.queries():
            known = set().union(*(labels_of(read.metric) or () for read in selectors(query.expr)))
            assert set(re.findall(r"\{\{(\w+)\}\}", query.legend)) <= known, panel.title.english

    def test_variables_are_defined_and_used(self, board: Dashboard) -> None:
        asked = {name for _, query in board.queries() for name in re.findall(r'=~"\$(\w+)"', query.expr)}
        assert asked == {variable.name for variable in board.variables}
        for variable in board.variables:
            assert variable.label in (labels_of(variable.metric) or ())

    def test_everything_is_said_in_both_languages(self, board: Dashboard) -> None:
        texts = [(panel.title, panel.description) for panel in board.panels()]
        for title, description in [(board.title, board.description), *texts]:
            for words in (title, description):
                assert words.indonesian
                assert words.english
            assert description.indonesian.endswith(".")
            assert description.english.endswith(".")
        titles = [title.both for title, _ in texts]
        assert len(set(titles)) == len(titles)

    def test_steps_rise_and_ratios_are_shown_as_such(self, board: Dashboard) -> None:
        for panel in board.panels():
            values = [step.value for step in panel.steps]
            assert values == sorted(set(values)), panel.title.english
            if any("_seconds" in query.expr and "rate(" not in query.expr for query in panel.queries):
                assert panel.unit in (Unit.SECONDS, Unit.RATIO), panel.title.english

    def test_nothing_personal_is_shown(self, board: Dashboard) -> None:
        assert not any(_PERSONAL.search(query.expr) for _, query in board.queries())


@each_board
class TestWhatGrafanaReads:
    def test_panels_lie_beside_each_other_within_24_columns(self, board: Dashboard) -> None:
        taken: set[tuple[int, int]] = set()
        for panel in grafana_json(board)["panels"]:
            at = panel["gridPos"]
            cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
            assert not taken & cells, panel["title"]
            assert max(x for x, _ in cells) < 24
            taken |= cells

    def test_it_has_what_a_dashboard_of_this_version_must_have(self, board: Dashboard) -> None:
        made = json.loads(json.dumps(grafana_json(board)))
        assert made["uid"] == board.uid
        assert made["schemaVersion"] >= 39
        assert len({panel["id"] for panel in made["panels"]}) == len(made["panels"])
        drawn = [panel for panel in made["panels"] if panel["type"] != "row"]
        assert len(drawn) == len(list(board.panels()))
        for panel in drawn:
            assert panel["type"] in {shape.value for shape in Shape}
            assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
            assert panel["targets"]
            assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
            assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"][0]["value"] is None
        names = [variable["name"] for variable in made["templating"]["list"]]
        assert names == ["datasource", *(variable.name for variable in board.variables)]

    def test_a_table_has_a_column_for_each_of_its_queries(self, board: Dashboard) -> None:
        for panel in board.panels():
            if panel.shape is Shape.TABLE and len(panel.queries) > 1:
                values = [column.source for column in panel.columns if column.source.startswith("Value #")]
                assert len(values) == len(panel.queries)


def test_provinces_are_shown_by_name() -> None:
    (programme,) = [board for board in BOARDS if board.uid == "jangkau-programme"]
    (names,) = [column.names for panel in programme.panels() for column in panel.columns if column.names]
    assert len(names) == 38
    assert names["74"] == "Sulawesi Tenggara"


def test_variables_are_filled_in() -> None:
    assert concrete('a{x=~"$x", y="z"}', "9s") == 'a{x=~".+", y="z"}'
    assert concrete("rate(a[$__rate_interval])", "9s") == "rate(a[9s])"
