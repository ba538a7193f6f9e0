"""What a hub consists of: the composition root of `jangkau up`."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.cluster import Cluster
from deploy.connect import external_cluster
from deploy.embedded import EmbeddedOptions, EmbeddedStack
from deploy.embedded.artifacts import DEFAULT_FOLDER
from deploy.embedded.diagnosis import telling_lines
from deploy.errors import ProcessDied
from deploy.process import Child
from deploy.settings import Settings
from deploy.settings_embedded import EmbeddedSettings
from deploy.signing import make_signing_key
from deploy.supervision.supervisor import Supervisor
from schemas.keyfile import KEY_BYTES, write_new_key

Say = Callable[[str], None]


def build_supervisor(
    settings: Settings, engines: int, say: Say, *, sink: bool = False, warn: Say | None = None
) -> Supervisor:
    """The supervisor of a hub with this many engines, on the configured cluster or an embedded one.

    ``sink``: also keep the view in SQL. ``warn`` is told what needs somebody; by default ``say`` is.
    """
    external = external_cluster(settings)
    data_dir = settings.data_dir.resolve()
    stack = None if external else EmbeddedStack(data_dir, embedded_options(settings.embedded), say)

    def prepare(cluster: Cluster) -> None:
        if stack is not None:
            make_missing_keys(settings)
        apply_topics(child_environment(data_dir, cluster))

    def children(cluster: Cluster) -> Sequence[Child]:
        return workers(data_dir, cluster, engines, gateway=can_serve(settings), sink=sink)

    return Supervisor(data_dir, stack, external, prepare, children, say, warn)


def embedded_options(settings: EmbeddedSettings) -> EmbeddedOptions:
    """The embedded stack's options, from the settings."""
    return EmbeddedOptions(
        kafka_port=settings.kafka_port,
        registry_port=settings.registry_port,
        kafka_heap_mb=settings.kafka_heap_mb,
        registry_heap_mb=settings.registry_heap_mb,
        min_free_mb=settings.min_free_mb,
        artifacts=settings.artifacts or DEFAULT_FOLDER,
    )


def make_missing_keys(settings: Settings) -> None:
    """Make the keys an embedded hub needs and has not got yet. Raises InvalidInput."""
    for path in (settings.token_key_file, settings.sealing_key_file):
        if not path.exists():
            write_new_key(path, secrets.token_bytes(KEY_BYTES))
    make_signing_key(settings.gateway_key_file, settings.gateway_jwks_file)


def can_serve(settings: Settings) -> bool:
    """Whether a gateway has its keys here. On a cluster of one's own they may be kept elsewhere."""
    trusted = settings.gateway.jwks is not None or settings.gateway_jwks_file.exists()
    return trusted and settings.token_key_file.exists()


def workers(data_dir: Path, cluster: Cluster, engines: int, *, gateway: bool, sink: bool) -> list[Child]:
    """The processes a supervisor keeps running."""
    environment = child_environment(data_dir, cluster)
    commands = {"control": ["control"]} | ({"gateway": ["gateway"]} if gateway else {})
    commands |= {f"engine-{slot}": ["engine", "--slot", str(slot)] for slot in range(engines)}
    commands |= {"sink": ["sink"]} if sink else {}
    return [
        Child(
            name, [sys.executable, "-m", "jangkau", *command], data_dir / "logs" / f"{name}.log", environment
        )
        for name, command in commands.items()
    ]


def child_environment(data_dir: Path, cluster: Cluster) -> dict[str, str]:
    """The settings a child must not look up again."""
    return {
        "JANGKAU_DATA_DIR": str(data_dir),
        "JANGKAU_KAFKA__BOOTSTRAP_SERVERS": cluster.bootstrap_servers,
        "JANGKAU_REGISTRY__URL": cluster.registry_url,
        "PYTHONUNBUFFERED": "1",
    }


def apply_topics(environment: dict[str, str]) -> None:
    """Create what the catalogue names and the cluster lacks. Raises ProcessDied with the reason."""
    argv = [sys.executable, "-m", "jangkau", "topics", "apply"]
    done = subprocess.run(
        argv, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        words = "\n".join(f"  {line}" for line in telling_lines(done.stdout + done.stderr))
        raise ProcessDied(f"topics could not be prepared\n{words}", remedy="see `jangkau topics plan`")
