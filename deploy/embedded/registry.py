"""One real schema registry (Apicurio, speaking the Confluent API) on loopback."""

import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from deploy.ports import LOOPBACK
from deploy.process import Child

REGISTRY, MANAGEMENT = "registry", "registry_management"
_CONFLUENT_API = "/apis/ccompat/v7"
_HTTP_OK = 200


def base_url(port: int) -> str:
    """The address a Confluent-API client is given."""
    return f"http://{LOOPBACK}:{port}{_CONFLUENT_API}"


def server(java: Path, program: Path, home: Path, log: Path, heap_mb: int, ports: Mapping[str, int]) -> Child:
    """The registry process with its database under `home`."""
    home.mkdir(parents=True, exist_ok=True)
    settings = {
        "apicurio.storage.kind": "sql",
        "apicurio.datasource.url": f"jdbc:h2:file:{home / 'registry'}",
        "quarkus.http.host": LOOPBACK,
        "quarkus.http.port": ports[REGISTRY],
        # The management port listens on all addresses unless told otherwise.
        "quarkus.management.host": LOOPBACK,
        "quarkus.management.port": ports[MANAGEMENT],
        "quarkus.log.level": "WARN",
        "quarkus.banner.enabled": "false",
        "quarkus.http.access-log.enabled": "false",
    }
    # It serves few requests: compiling them to the last bit would double the cost of a start.
    argv = [
        str(java), "-Xms32m", f"-Xmx{heap_mb}m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError",
        *(f"-D{name}={value}" for name, value in settings.items()),
        "-jar", str(program / "quarkus-run.jar"),
    ]  # fmt: skip
    return Child("registry", argv, log, cwd=home)


def is_ready(port: int) -> bool:
    """True once the registry lists its subjects."""
    try:
        with urllib.request.urlopen(f"{base_url(port)}/subjects", timeout=2) as answer:
            return bool(answer.status == _HTTP_OK)
    except (OSError, urllib.error.URLError):
        return False
