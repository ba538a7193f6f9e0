"""The end of docs/demo.md, made from the assumptions."""

from pathlib import Path

from connectors.population.assumptions import assumption_page, load_assumptions

DOCUMENT = Path(__file__).parents[2] / "docs" / "demo.md"
_MARK = "<!-- assumptions -->\n"


def with_assumptions(page: str) -> str:
    """The page with the table below its mark made anew; raises ``ValueError`` if the mark is not there."""
    return page[: page.index(_MARK)] + _MARK + assumption_page(load_assumptions())


if __name__ == "__main__":
    DOCUMENT.write_text(with_assumptions(DOCUMENT.read_text("utf-8")), "utf-8")
