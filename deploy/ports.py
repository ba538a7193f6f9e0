"""Loopback ports: chosen once, remembered, and checked before they are used."""

import json
import random
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.errors import PortInUse

LOOPBACK = "127.0.0.1"
# Below the range the kernel hands to outgoing connections, so that a remembered port is not taken
# by a browser tab while the hub is down.
_LOWEST, _HIGHEST = 20_000, 32_000


def is_free(port: int) -> bool:
    """True if a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def remembered_ports(memory: Path, names: Sequence[str], wished: Mapping[str, int]) -> dict[str, int]:
    """One free port a name: the wished one, else the one remembered in `memory`, else a new one.

    Writes what was chosen to `memory` (JSON, name to port). Raises PortInUse when a wished or
    remembered port is taken.
    """
    known: dict[str, int] = json.loads(memory.read_text()) if memory.exists() else {}
    ports: dict[str, int] = {}
    for name in names:
        wish = wished.get(name, 0)
        port = wish or known.get(name, 0)
        if port and not is_free(port):
            raise PortInUse(port, name, None if wish else memory)
        ports[name] = port or _choose(set(ports.values()) | set(known.values()))
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text(json.dumps(ports, indent=2) + "\n")
    return ports


def _choose(taken: set[int]) -> int:
    candidates = list(range(_LOWEST, _HIGHEST))
    random.shuffle(candidates)
    return next(port for port in candidates if port not in taken and is_free(port))
