"""The figures as a table beside what the design asks for."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bench.suite import Figure


def print_report(figures: Sequence[Figure]) -> None:
    """Print the table; figures are of this machine and this run."""
    table = Table(title="One engine process, embedded broker, this machine")
    for column in ("what", "measured", "at least", "aim", "", "note"):
        table.add_column(column, justify="left" if column in ("what", "note", "") else "right")
    for figure in figures:
        table.add_row(
            figure.name,
            f"{figure.value:,.0f} {figure.unit}",
            f"{figure.at_least:,.0f}",
            f"{figure.aim:,.0f}",
            _standing(figure),
            figure.note,
        )
    Console(width=150).print(table)


def _standing(figure: Figure) -> str:
    more = figure.better == "more"
    if (figure.value >= figure.aim) if more else (figure.value <= figure.aim):
        return "aim reached"
    if (figure.value >= figure.at_least) if more else (figure.value <= figure.at_least):
        return "reached"
    return "NOT reached"
