"""One real Kafka broker (KRaft, broker and controller in one process) on loopback."""

import base64
import socket
import struct
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path

from deploy.embedded.diagnosis import diagnose
from deploy.ports import LOOPBACK
from deploy.process import Child

KAFKA, CONTROLLER = "kafka", "kafka_controller"
_LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")
_API_VERSIONS_KEY = 18

# What a broker on one machine, with engines that must be taken over within seconds, needs.
# A cluster that serves the hub wants the same group and transaction settings.
SETTINGS: Mapping[str, str] = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "auto.create.topics.enable": "false",
    # One broker: internal topics cannot have more than one replica.
    "default.replication.factor": "1",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # The defaults (50 each) are made for clusters and cost start-up time and files here.
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.num.partitions": "1",
    # The defaults make the takeover of a dead engine's partitions last 45 to 73 seconds.
    "group.initial.rebalance.delay.ms": "0",
    "group.consumer.session.timeout.ms": "6000",
    "group.consumer.min.session.timeout.ms": "6000",
    "group.consumer.heartbeat.interval.ms": "1000",
    "group.consumer.min.heartbeat.interval.ms": "1000",
    # A dead engine's open transaction holds back read_committed subscribers until it is aborted.
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
    # Memory: two cores and a laptop's worth of it.
    "num.network.threads": "2",
    "num.io.threads": "4",
    "log.cleaner.dedupe.buffer.size": "33554432",
}


def server_properties(data: Path, ports: Mapping[str, int], more: Mapping[str, str]) -> str:
    """The text of server.properties for a broker with its log under `data`; `more` goes before the usual."""
    broker, controller = f"{LOOPBACK}:{ports[KAFKA]}", f"{LOOPBACK}:{ports[CONTROLLER]}"
    listeners = f"PLAINTEXT://{broker},CONTROLLER://{controller}"
    settings = {
        **SETTINGS,
        "listeners": listeners,
        "advertised.listeners": listeners,
        "controller.quorum.bootstrap.servers": controller,
        "log.dirs": str(data),
        **more,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def prepare(java: Path, jars: Path, home: Path, ports: Mapping[str, int], more: Mapping[str, str]) -> None:
    """Write the configuration under `home` and format the log folder if it is new.

    Raises ProcessDied if formatting fails.
    """
    data, properties = home / "data", home / "server.properties"
    data.mkdir(parents=True, exist_ok=True)
    properties.write_text(server_properties(data, ports, more))
    if (data / "meta.properties").exists():
        return
    argv = [
        str(java), "-Xmx128m", "-XX:TieredStopAtLevel=1", *_common(jars), "kafka.tools.StorageTool",
        "format", "--standalone", "-t", _cluster_id(), "-c", str(properties),
    ]  # fmt: skip
    done = subprocess.run(argv, capture_output=True, text=True, check=False, start_new_session=True)
    if done.returncode != 0:
        raise diagnose("formatting the Kafka log folder", done.stdout + done.stderr, home)


def broker(java: Path, jars: Path, home: Path, log: Path, heap_mb: int) -> Child:
    """The broker process over a prepared `home`."""
    argv = [
        str(java), "-Xms64m", f"-Xmx{heap_mb}m", "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError",
        *_common(jars), "kafka.Kafka", str(home / "server.properties"),
    ]  # fmt: skip
    return Child("kafka", argv, log)


def is_ready(port: int) -> bool:
    """True once the broker answers an ApiVersions request without an error."""
    header = struct.pack(">hhih", _API_VERSIONS_KEY, 0, 1, -1)  # key, version, correlation, no client id
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2) as connection:
            connection.sendall(struct.pack(">i", len(header)) + header)
            answer = connection.recv(10, socket.MSG_WAITALL)
    except OSError:
        return False
    return len(answer) == 10 and struct.unpack(">iih", answer)[1:] == (1, 0)


def _common(jars: Path) -> list[str]:
    return [
        "-Djava.awt.headless=true", "-XX:-UsePerfData", f"-Dlog4j2.configurationFile={_LOG_SETTINGS}",
        "-cp", f"{jars}/*",
    ]  # fmt: skip


def _cluster_id() -> str:
    """A random id in Kafka's own form, which never begins with a dash: it would be read as an option."""
    while True:
        made = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not made.startswith("-"):
            return made
