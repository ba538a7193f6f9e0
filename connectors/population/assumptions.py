"""The assumption table: every figure the synthetic population rests on, with where it is from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, model_validator

_TABLE = Path(__file__).with_name("assumptions.yaml")
_BAND = re.compile(r"(\d+)-(\d+)")
OLDEST = 90
"""Ages are below this."""


class Assumption(BaseModel):
    """One figure or table of figures. ``value`` is None where the figures lie in another file.

    ``kind``: the numbers of a ``shares`` table add up to 1; ``chances`` lie in 0 … 1; ``weights``,
    ``days`` and ``codes`` are not checked further.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    name: str
    meaning: str
    value: float | dict[str, float] | list[str] | None = None
    kind: str = "shares"
    source: str

    @model_validator(mode="after")
    def _plausible(self) -> "Assumption":
        if not isinstance(self.value, dict):
            return self
        figures = list(self.value.values())
        if self.kind == "shares" and abs(sum(figures) - 1) > 1e-9:
            raise ValueError(f"the shares of {self.name} add up to {sum(figures)}")
        if self.kind == "chances" and not all(0 <= figure <= 1 for figure in figures):
            raise ValueError(f"a chance of {self.name} is outside 0 … 1")
        return self


@dataclass(frozen=True)
class Assumptions:
    """The table by name; a name that is not there or of another shape is a programming error."""

    entries: tuple[Assumption, ...]

    @cached_property
    def _by_name(self) -> dict[str, Assumption]:
        return {entry.name: entry for entry in self.entries}

    def number(self, name: str, key: str | None = None) -> float:
        """A single figure, or one of a table."""
        value = self._by_name[name].value
        figure = value[key] if isinstance(value, dict) and key is not None else value
        assert isinstance(figure, float), name
        return figure

    def table(self, name: str) -> dict[str, float]:
        """A table of figures by key."""
        value = self._by_name[name].value
        assert isinstance(value, dict), name
        return value

    def codes(self, name: str) -> tuple[str, ...]:
        """A list of codes."""
        value = self._by_name[name].value
        assert isinstance(value, list), name
        return tuple(value)

    def numbered(self, name: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """A table whose keys are whole numbers: keys and figures, both of shape (k,)."""
        table = self.table(name)
        return np.array([int(key) for key in table], np.int64), np.array(list(table.values()), np.float64)

    def by_age(self, name: str) -> NDArray[np.float64]:
        """A table whose keys are age bands, spread to one figure per completed year, shape (OLDEST,).

        Ages in no band get 0.
        """
        figures = np.zeros(OLDEST)
        for band, figure in self.table(name).items():
            lowest, highest = band_ages(band)
            figures[lowest : highest + 1] = figure
        return figures


def band_ages(band: str) -> tuple[int, int]:
    """Lowest and highest age of a band written as ``15-19``."""
    match = _BAND.fullmatch(band)
    assert match, band
    return int(match[1]), int(match[2])


def load_assumptions(path: Path = _TABLE) -> Assumptions:
    """Read and check the table; a table that breaks its own rules raises ``ValueError``."""
    entries = tuple(Assumption.model_validate(entry) for entry in yaml.safe_load(path.read_text("utf-8")))
    return Assumptions(entries)


def assumption_page(assumptions: Assumptions) -> str:
    """The table as Markdown, as docs/demo.md shows it."""
    lines = ["| assumption | meaning | figures | source |", "|---|---|---|---|"]
    for entry in assumptions.entries:
        lines.append(f"| `{entry.name}` | {entry.meaning} | {_figures(entry.value)} | {entry.source} |")
    return "\n".join(lines) + "\n"


def _figures(value: float | Mapping[str, float] | list[str] | None) -> str:
    if value is None:
        return "see source"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {figure:g}" for key, figure in value.items())
    return ", ".join(value) if isinstance(value, list) else f"{value:g}"
