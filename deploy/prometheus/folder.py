"""The folder that Prometheus and Grafana read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from monitoring.dashboards import dashboards
from monitoring.dashboards.grafana import grafana_json
from monitoring.rules import FILE

_TEMPLATES = Path(__file__).parent

CONFIG = "prometheus.yml"
"""What ``prometheus --config.file`` is given."""

PROVISIONING = "grafana/provisioning"
"""What Grafana's setting ``paths.provisioning`` is given."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the folder says. ``alertmanagers`` as ``host:port``; ``url``: where Grafana asks Prometheus.

    ``interval_s``: how often processes are asked and rules evaluated.
    """

    run_dir: Path
    interval_s: int = 15
    url: str = "http://127.0.0.1:9090"
    alertmanagers: tuple[str, ...] = ()


def write_folder(folder: Path, plan: Plan) -> list[Path]:
    """Write every file, over what a former call wrote; gives their paths. Other files stay."""
    written = []
    for name, text in _files(folder.resolve(), plan).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        written.append(path)
    return written


def _files(folder: Path, plan: Plan) -> Mapping[str, str]:
    shown = folder / "grafana" / "dashboards"
    values = {
        "interval": str(plan.interval_s),
        "targets": _quoted(plan.run_dir.resolve() / "targets" / "*.json"),
        "alertmanagers": json.dumps(list(plan.alertmanagers)),
        "url": _quoted(plan.url),
        "dashboards": _quoted(shown),
    }
    drawn = {
        f"grafana/dashboards/{board.uid}.json": json.dumps(grafana_json(board), indent=2, ensure_ascii=False)
        + "\n"
        for board in dashboards()
    }
    return {
        CONFIG: _filled("prometheus.yml", values),
        "rules/jangkau.yaml": FILE.read_text("utf-8"),
        f"{PROVISIONING}/datasources/jangkau.yaml": _filled("grafana-datasource.yaml", values),
        f"{PROVISIONING}/dashboards/jangkau.yaml": _filled("grafana-dashboards.yaml", values),
        **drawn,
    }


def _filled(template: str, values: Mapping[str, str]) -> str:
    return Template((_TEMPLATES / template).read_text("utf-8")).substitute(values)


def _quoted(text: object) -> str:
    """A JSON string is a YAML one, whatever is in it."""
    return json.dumps(str(text), ensure_ascii=False)
