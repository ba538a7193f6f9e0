"""A dashboard as the JSON of Grafana 10 and later."""

import string
from collections.abc import Iterator, Sequence
from typing import Any

from monitoring.dashboards.model import FIRING, Dashboard, Panel, Row, Shape, Unit, Variable

SCHEMA_VERSION = 39
"""Of Grafana 10.4; later ones migrate it when they load it."""

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_COLUMNS = 24
_HEADING_HEIGHT = 1
_PLAIN = "green"


def grafana_json(dashboard: Dashboard) -> dict[str, Any]:
    """The whole document, ready for json.dumps."""
    return {
        "uid": dashboard.uid,
        "title": dashboard.title.both,
        "description": dashboard.description.paragraphs,
        "tags": ["jangkau"],
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": dashboard.since, "to": "now"},
        "timepicker": {},
        "timezone": "Asia/Jakarta",
        "annotations": {"list": [_alerts()]},
        "links": [_others()],
        "templating": {"list": [_datasource(), *map(_variable, dashboard.variables)]},
        "panels": list(_laid_out(dashboard.rows)),
    }


def _laid_out(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Panels from left to right, in lines as high as their highest, each row under its heading."""
    number, top = 1, 0
    for row in rows:
        at = {"x": 0, "y": top, "w": _COLUMNS, "h": _HEADING_HEIGHT}
        heading = {"type": "row", "title": row.title.both, "collapsed": False, "panels": []}
        yield {"id": number, "gridPos": at, **heading}
        number, top, left, line = number + 1, top + _HEADING_HEIGHT, 0, 0
        for panel in row.panels:
            if left + panel.width > _COLUMNS:
                top, left, line = top + line, 0, 0
            at = {"x": left, "y": top, "w": panel.width, "h": panel.height}
            yield {"id": number, "gridPos": at, **_panel(panel)}
            number, left, line = number + 1, left + panel.width, max(line, panel.height)
        top += line


def _panel(panel: Panel) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": panel.shape.value,
        "title": panel.title.both,
        "description": panel.description.paragraphs,
        "datasource": SOURCE,
        "targets": list(_targets(panel)),
        "fieldConfig": {"defaults": _defaults(panel), "overrides": list(_overrides(panel))},
        "options": _options(panel),
    }
    if panel.shape is Shape.TABLE:
        made["transformations"] = _transformations(panel)
    return made


def _targets(panel: Panel) -> Iterator[dict[str, Any]]:
    over_time = panel.shape is Shape.LINES
    for letter, query in zip(string.ascii_uppercase, panel.queries, strict=False):
        yield {
            "refId": letter,
            "datasource": SOURCE,
            "editorMode": "code",
            "expr": query.expr,
            "legendFormat": query.legend or "__auto",
            "range": over_time,
            "instant": not over_time,
            "format": "table" if panel.shape is Shape.TABLE else "time_series",
        }


def _defaults(panel: Panel) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": _PLAIN, "value": None}]
    steps += [{"color": step.color, "value": step.value} for step in panel.steps]
    by_steps = bool(panel.steps) and panel.shape is not Shape.LINES
    made: dict[str, Any] = {
        "unit": panel.unit.value,
        "color": {"mode": "thresholds" if by_steps else "palette-classic"},
        "thresholds": {"mode": "absolute", "steps": steps},
        "noValue": "–",
    }
    if panel.unit is not Unit.DATE:
        made["min"] = 0
    if panel.most is not None:
        made["max"] = panel.most
    if panel.shape is Shape.LINES:
        made["custom"] = {
            "drawStyle": "line",
            "lineWidth": 1,
            "fillOpacity": 40 if panel.stacked else 8,
            "showPoints": "auto",
            "spanNulls": False,
            "stacking": {"mode": "normal" if panel.stacked else "none", "group": "A"},
            "thresholdsStyle": {"mode": "dashed" if panel.steps else "off"},
        }
    return made


def _options(panel: Panel) -> dict[str, Any]:
    last = {"calcs": ["lastNotNull"], "fields": "", "values": False}
    match panel.shape:
        case Shape.NUMBER:
            return {
                "reduceOptions": last,
                "colorMode": "value" if panel.steps else "none",
                "graphMode": "none",
                "textMode": "auto",
                "justifyMode": "auto",
                "orientation": "auto",
            }
        case Shape.LINES:
            return {
                "legend": {"showLegend": True, "displayMode": "list", "placement": "bottom", "calcs": []},
                "tooltip": {"mode": "multi", "sort": "desc"},
            }
        case Shape.BARS:
            return {
                "reduceOptions": last,
                "displayMode": "basic",
                "orientation": "horizontal",
                "valueMode": "text",
                "showUnfilled": True,
            }
        case Shape.TABLE:
            return {"showHeader": True, "cellHeight": "sm", "footer": {"show": False}}


def _overrides(panel: Panel) -> Iterator[dict[str, Any]]:
    for column in panel.columns:
        properties: list[dict[str, Any]] = [{"id": "unit", "value": column.unit.value}]
        if column.names:
            names = {
                code: {"text": name, "index": at} for at, (code, name) in enumerate(column.names.items())
            }
            properties = [{"id": "mappings", "value": [{"type": "value", "options": names}]}]
        yield {"matcher": {"id": "byName", "options": column.title.both}, "properties": properties}


def _transformations(panel: Panel) -> list[dict[str, Any]]:
    """One line for each set of labels, the columns asked for in their order, all else left out."""
    wanted = [column.source for column in panel.columns]
    order = {name: at for at, name in enumerate(wanted)}
    names = {column.source: column.title.both for column in panel.columns}
    return [
        {"id": "merge", "options": {}},
        {"id": "filterFieldsByName", "options": {"include": {"names": wanted}}},
        {"id": "organize", "options": {"indexByName": order, "renameByName": names, "excludeByName": {}}},
    ]


def _datasource() -> dict[str, Any]:
    return {
        "name": "datasource",
        "type": "datasource",
        "label": "Sumber data / Data source",
        "query": "prometheus",
        "refresh": 1,
        "hide": 0,
        "current": {},
        "options": [],
    }


def _variable(variable: Variable) -> dict[str, Any]:
    asked = f"label_values({variable.metric}, {variable.label})"
    return {
        "name": variable.name,
        "type": "query",
        "label": variable.title.both,
        "datasource": SOURCE,
        "definition": asked,
        "query": {"query": asked, "refId": f"{variable.name}-values"},
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".+",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        "hide": 0,
    }


def _alerts() -> dict[str, Any]:
    return {
        "name": "Peringatan / Alerts",
        "datasource": SOURCE,
        "enable": True,
        "iconColor": "red",
        "expr": FIRING,
        "titleFormat": "{{alertname}}",
        "textFormat": "{{agency}} {{directive}} {{topic}} {{instance}}",
        "step": "60s",
    }


def _others() -> dict[str, Any]:
    return {
        "type": "dashboards",
        "title": "Dasbor lain / Other dashboards",
        "tags": ["jangkau"],
        "asDropdown": True,
        "keepTime": True,
        "includeVars": False,
    }
