"""The demo's own data folder: the hub it starts, the ledger of what is true, and what was recorded."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deploy.supervision.record import RunFolder
from deploy.supervision.supervisor import already_running

_NAME = "demo"


@dataclass(frozen=True)
class DemoFolder:
    """Everything of one demo lies below ``path``; artifacts that were fetched lie elsewhere and stay."""

    path: Path

    @classmethod
    def of(cls, data_dir: Path) -> Self:
        """The demo's folder in a data folder, or that folder itself where a demo has made it.

        It is emptied: what merely has the same name is never taken for one.
        """
        itself = cls(data_dir.resolve())
        made = itself.path.name == _NAME and itself.ledger.is_dir() and itself.recorded.is_dir()
        return itself if made else cls(itself.path / _NAME)

    @property
    def ledger(self) -> Path:
        """What is true."""
        return self.path / "ledger"

    @property
    def recorded(self) -> Path:
        """What the hub published."""
        return self.path / "recorded"

    @property
    def coverage(self) -> Path:
        """Every record of coverage.persons."""
        return self.recorded / "coverage"

    @property
    def log(self) -> Path:
        """What the clients of the demo's own process have to say, beside the logs of the hub."""
        return self.path / "logs" / "demo.log"

    def clear(self) -> bool:
        """Begin afresh; True if an earlier demo was deleted. Raises HubRunning if its hub still runs."""
        run = RunFolder(self.path / "run")
        if run.locked():
            raise already_running(run)
        found = self.path.exists()
        if found:
            shutil.rmtree(self.path)
        for folder in (self.ledger, self.coverage, self.log.parent):
            folder.mkdir(parents=True)
        return found
