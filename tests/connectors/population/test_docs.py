"""docs/demo.md shows the assumption table as it is."""

from connectors.population.assumptions_doc import DOCUMENT, with_assumptions


def test_the_page_has_the_table_as_it_is() -> None:
    page = DOCUMENT.read_text("utf-8")
    assert page == with_assumptions(page), "run `make docs`"
