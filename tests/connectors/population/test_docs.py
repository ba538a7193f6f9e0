"""docs/demo.md shows the assumption table as it is."""

from pathlib import Path

from connectors.population.assumptions import assumption_page, load_assumptions

_PAGE = Path(__file__).parents[3] / "docs" / "demo.md"
_MARK = "<!-- assumptions -->\n"


def test_the_page_has_the_table_as_it_is() -> None:
    _, mark, table = _PAGE.read_text("utf-8").partition(_MARK)
    assert mark
    assert table == assumption_page(load_assumptions())
