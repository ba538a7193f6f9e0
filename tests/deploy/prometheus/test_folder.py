"""`jangkau monitoring write`: a folder that Prometheus and Grafana take as it stands."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from deploy.cli.monitoring import monitoring
from deploy.prometheus.folder import CONFIG, PROVISIONING, Plan, write_folder
from monitoring.rules import FILE
from tests.monitoring.promtool import promtool


def written(folder: Path, *options: str) -> str:
    done = CliRunner().invoke(monitoring, ["write", str(folder), *options], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_prometheus_takes_the_folder_for_the_hub_of_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path / 'a "hub"'))
    told = written(tmp_path / "out")
    assert f"prometheus --config.file={tmp_path / 'out' / CONFIG}" in told
    assert "--alertmanager" in told
    config = yaml.safe_load((tmp_path / "out" / CONFIG).read_text("utf-8"))
    (job,) = config["scrape_configs"]
    assert job["job_name"] == "jangkau"
    assert job["file_sd_configs"][0]["files"] == [str(tmp_path / 'a "hub"' / "run" / "targets" / "*.json")]
    checked = promtool("check", "config", str(tmp_path / "out" / CONFIG))
    assert checked.returncode == 0, checked.stdout
    assert "1 rule files found" in checked.stdout


def test_options_are_in_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path / "hub"))
    url = "http://127.0.0.1:9091"
    options = ["--interval", "2", "--url", url, "--alertmanager", "a:9093", "--alertmanager", "b:9093"]
    assert "--alertmanager" not in written(tmp_path / "out", *options)
    config = yaml.safe_load((tmp_path / "out" / CONFIG).read_text("utf-8"))
    assert config["global"] == {"scrape_interval": "2s", "evaluation_interval": "2s"}
    (managers,) = config["alerting"]["alertmanagers"]
    assert managers["static_configs"] == [{"targets": ["a:9093", "b:9093"]}]
    source = yaml.safe_load(
        (tmp_path / "out" / PROVISIONING / "datasources" / "jangkau.yaml").read_text("utf-8")
    )
    assert source["datasources"][0]["url"] == url
    assert promtool("check", "config", str(tmp_path / "out" / CONFIG)).returncode == 0


def test_grafana_finds_the_dashboards_where_it_is_told_to_look(tmp_path: Path) -> None:
    write_folder(tmp_path, Plan(tmp_path / "run"))
    told = yaml.safe_load((tmp_path / PROVISIONING / "dashboards" / "jangkau.yaml").read_text("utf-8"))
    (provider,) = told["providers"]
    found = {
        path.stem: json.loads(path.read_text("utf-8")) for path in Path(provider["options"]["path"]).iterdir()
    }
    assert set(found) == {"jangkau-hub", "jangkau-agencies", "jangkau-programme"}
    assert all(board["uid"] == name for name, board in found.items())


def test_a_second_call_writes_the_same_and_leaves_what_is_not_its_own(tmp_path: Path) -> None:
    first = write_folder(tmp_path, Plan(tmp_path / "run"))
    before = {path: path.read_text("utf-8") for path in first}
    own = tmp_path / "data" / "wal"
    own.parent.mkdir()
    own.write_text("history")
    (tmp_path / "rules" / "jangkau.yaml").write_text("changed by hand")
    assert write_folder(tmp_path, Plan(tmp_path / "run")) == first
    assert {path: path.read_text("utf-8") for path in first} == before
    assert own.read_text() == "history"
    assert before[tmp_path / "rules" / "jangkau.yaml"] == FILE.read_text("utf-8")
