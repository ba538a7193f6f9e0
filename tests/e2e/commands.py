"""Running `jangkau` as a person would, with a data folder of its own and no outside cluster."""

import os
from pathlib import Path

_EXTERNAL = ("JANGKAU_KAFKA__BOOTSTRAP_SERVERS", "JANGKAU_REGISTRY__URL")


def environment(data_dir: Path) -> dict[str, str]:
    """The environment of a command that is to use the embedded stack in this folder."""
    inherited = {name: value for name, value in os.environ.items() if name not in _EXTERNAL}
    return {**inherited, "JANGKAU_DATA_DIR": str(data_dir), "JANGKAU_DEBUG": "1"}
