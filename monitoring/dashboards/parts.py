"""Short ways to say a panel, and those that several dashboards have."""

from monitoring.dashboards.model import FIRING, Column, Panel, Query, Shape, Step, Unit, Words

WARN, BAD = "orange", "red"


def number(
    title: Words,
    description: Words,
    expr: str,
    *,
    unit: Unit = Unit.COUNT,
    steps: tuple[Step, ...] = (),
    width: int = 4,
    rightly_empty: str | None = None,
) -> Panel:
    """One large number."""
    query = Query(expr, rightly_empty=rightly_empty)
    return Panel(title, description, Shape.NUMBER, (query,), unit, steps, width, height=4)


def lines(
    title: Words,
    description: Words,
    *queries: Query,
    unit: Unit = Unit.COUNT,
    steps: tuple[Step, ...] = (),
    width: int = 12,
    stacked: bool = False,
) -> Panel:
    """Lines over time; a step is a dashed line."""
    return Panel(title, description, Shape.LINES, queries, unit, steps, width, stacked=stacked)


def bars(
    title: Words,
    description: Words,
    *queries: Query,
    unit: Unit = Unit.COUNT,
    steps: tuple[Step, ...] = (),
    width: int = 8,
    most: float | None = None,
) -> Panel:
    """One bar for each series, as it is now."""
    return Panel(title, description, Shape.BARS, queries, unit, steps, width, most=most)


def alerts(audience: str) -> Panel:
    """What fires now for an audience (a label of the rules), with the runbook's name."""
    selected = FIRING.replace("}", f', audience=~"{audience}"}}')
    return Panel(
        Words("Peringatan yang menyala", "Alerts that fire"),
        Words(
            "Kosong berarti tidak ada. Nama peringatan adalah nama panduannya: konsol, halaman "
            "Kesehatan, atau "
            "monitoring/runbooks.",
            "Empty means none. The alert's name is that of its runbook: console, page Health, or "
            "monitoring/runbooks.",
        ),
        Shape.TABLE,
        (Query(selected, rightly_empty="no alert fires while all is well"),),
        columns=(
            Column("alertname", Words("Peringatan", "Alert")),
            Column("severity", Words("Tingkat", "Severity")),
            Column("instance", Words("Proses", "Process")),
            Column("agency", Words("Instansi", "Agency")),
            Column("directive", Words("Direktif", "Directive")),
            Column("topic", Words("Topik", "Topic")),
        ),
        width=24,
        height=5,
    )
