import json
import socket
from pathlib import Path

import pytest

from deploy.errors import PortInUse
from deploy.ports import LOOPBACK, is_free, remembered_ports


def test_ports_are_chosen_once_and_remembered(tmp_path: Path) -> None:
    memory = tmp_path / "ports.json"
    first = remembered_ports(memory, ["kafka", "registry"], {})
    assert len(set(first.values())) == 2
    assert json.loads(memory.read_text()) == first
    assert remembered_ports(memory, ["kafka", "registry"], {}) == first


def test_a_wished_port_goes_before_a_remembered_one(tmp_path: Path) -> None:
    memory = tmp_path / "ports.json"
    known = remembered_ports(memory, ["kafka"], {})["kafka"]
    other = remembered_ports(tmp_path / "other.json", ["kafka"], {})["kafka"]
    assert remembered_ports(memory, ["kafka"], {"kafka": other}) == {"kafka": other}
    assert remembered_ports(memory, ["kafka"], {"kafka": 0}) == {"kafka": other} != {"kafka": known}


def test_a_taken_port_is_told_with_who_needs_it_and_what_to_do(tmp_path: Path) -> None:
    memory = tmp_path / "ports.json"
    port = remembered_ports(memory, ["kafka"], {})["kafka"]
    with socket.create_server((LOOPBACK, port)):
        assert not is_free(port)
        with pytest.raises(PortInUse, match=f"port {port} .* is in use; kafka needs it") as caught:
            remembered_ports(memory, ["kafka"], {})
    assert str(memory) in (caught.value.remedy or "")
    assert f":{port}" in (caught.value.remedy or "")
