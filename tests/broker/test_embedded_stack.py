"""The embedded stack by itself: no Kafka client, only sockets, HTTP and the process table."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from deploy.embedded import EmbeddedOptions, EmbeddedStack, kafka
from deploy.errors import HubRunning, NoSpace, PortInUse, ProcessDied
from deploy.identity import ProcessIdentity, identify
from deploy.ports import LOOPBACK
from tests.deploy.waiting import wait_until

pytestmark = pytest.mark.broker

_SCHEMA = {
    "schema": json.dumps({"type": "record", "name": "Probe", "fields": [{"name": "a", "type": "int"}]})
}


def post(url: str, body: object) -> object:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/vnd.schemaregistry.v1+json"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def get(url: str) -> object:
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def identities(stack: EmbeddedStack) -> list[ProcessIdentity]:
    found = [identify(child.pid) for child in stack.processes if child.pid is not None]
    assert len(found) == 2
    return [each for each in found if each is not None]


def listening_addresses(pid: int) -> set[str]:
    """Local addresses (hex, as the kernel writes them) of a process's listening TCP sockets."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(descriptor)
        except FileNotFoundError:  # closed since it was listed
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    return {row[1].partition(":")[0] for row in rows if row[3] == "0A" and row[9] in inodes}


def test_a_restart_keeps_addresses_and_content_and_a_stop_leaves_nothing(tmp_path: Path) -> None:
    stack = EmbeddedStack(tmp_path)
    with stack:
        before = (stack.bootstrap_servers, stack.registry_url)
        cluster_id = (tmp_path / "embedded" / "kafka" / "data" / "meta.properties").read_text()
        schema_id = post(f"{stack.registry_url}/subjects/probe-value/versions", _SCHEMA)
        first = identities(stack)
        if sys.platform == "linux":
            loopback = {"0100007F", "0000000000000000FFFF00000100007F"}
            assert all(listening_addresses(each.pid) <= loopback for each in first)
        with pytest.raises(HubRunning, match="another process"):
            EmbeddedStack(tmp_path).start()
    assert not any(each.alive() for each in first)
    assert stack.processes == []

    with stack:
        assert (stack.bootstrap_servers, stack.registry_url) == before
        assert (tmp_path / "embedded" / "kafka" / "data" / "meta.properties").read_text() == cluster_id
        assert get(f"{stack.registry_url}/subjects") == ["probe-value"]
        assert post(f"{stack.registry_url}/subjects/probe-value", _SCHEMA) != {}
        assert schema_id == {"id": 1}
        _, broker_port = stack.bootstrap_servers.split(":")
        assert kafka.is_ready(int(broker_port))
        broker = stack.processes[0]
        assert broker.pid is not None
        os.kill(broker.pid, signal.SIGKILL)
        wait_until(lambda: not broker.running(), "the broker is dead")
        with pytest.raises(ProcessDied, match="embedded kafka failed") as caught:
            stack.check()
        assert str(tmp_path / "logs" / "kafka.log") in str(caught.value)
        assert caught.value.remedy


def test_new_ports_serve_the_old_data(tmp_path: Path) -> None:
    with EmbeddedStack(tmp_path) as stack:
        old = stack.bootstrap_servers
        post(f"{stack.registry_url}/subjects/probe-value/versions", _SCHEMA)
    (tmp_path / "embedded" / "ports.json").unlink()
    with EmbeddedStack(tmp_path) as stack:
        assert stack.bootstrap_servers != old
        assert get(f"{stack.registry_url}/subjects") == ["probe-value"]


def test_nothing_is_left_when_the_starting_process_is_killed(tmp_path: Path) -> None:
    code = f"""
import time
from pathlib import Path
from deploy.embedded import EmbeddedStack
stack = EmbeddedStack(Path({str(tmp_path)!r}))
stack.start()
print(*(child.pid for child in stack.processes), flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        children = [identify(int(pid)) for pid in starter.stdout.readline().split()]
        assert len(children) == 2
        starter.kill()
    for child in children:
        assert child is not None
        wait_until(lambda child=child: not child.alive(), "the child is gone")  # type: ignore[misc]


def test_a_port_taken_since_is_told_and_nothing_started(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
        stack = EmbeddedStack(tmp_path, EmbeddedOptions(kafka_port=port))
        with pytest.raises(PortInUse, match=f"port {port} on 127.0.0.1 is in use; kafka needs it"):
            stack.start()
        assert stack.processes == []


def test_a_nearly_full_disk_is_told_before_anything_is_written(tmp_path: Path) -> None:
    stack = EmbeddedStack(tmp_path, EmbeddedOptions(min_free_mb=1 << 40))
    with pytest.raises(NoSpace, match="MB free"):
        stack.start()
    assert not (tmp_path / "embedded" / "ports.json").exists()
