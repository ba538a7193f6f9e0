"""A small province, drawn once, and a year of it recorded as it was published."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from connectors.population.assumptions import load_assumptions
from connectors.population.enrolment import draw_memberships
from connectors.population.people import People, draw_people
from connectors.population.places import load_places
from connectors.population.steps import Publish, Step
from connectors.population.year import FIRST_MONTH, Year
from schemas.tokens import Tokenizer, TokenKey

SHARE = 0.002
TOKENIZER = Tokenizer(TokenKey(bytes(range(32))))


def make_people(share: float = SHARE, seed: int = 7) -> People:
    first_day = FIRST_MONTH.astype("datetime64[D]")
    return draw_people(load_assumptions(), load_places(), share, first_day, np.random.default_rng(seed))


def make_year(months: int = 12, share: float = SHARE, seed: int = 7) -> Year:
    rng = np.random.default_rng(seed)
    assumptions = load_assumptions()
    people = draw_people(assumptions, load_places(), share, FIRST_MONTH.astype("datetime64[D]"), rng)
    members = draw_memberships(assumptions, people, FIRST_MONTH, rng)
    return Year(assumptions, people, members, TOKENIZER.tokens, rng, months)


@dataclass
class Played:
    """A year and everything it said, in order: (publication, its tokens, its rows)."""

    year: Year
    steps: list[Step]
    published: list[tuple[Publish, NDArray[np.uint8], pa.Table]]


@pytest.fixture(scope="package")
def played() -> Played:
    year = make_year()
    steps: list[Step] = []
    published = []
    for step in year.steps():
        steps.append(step)
        if isinstance(step, Publish):
            parts = list(step.slices)
            tokens = np.concatenate([part.tokens for part in parts])
            published.append((step, tokens, pa.Table.from_batches([part.rows for part in parts])))
    return Played(year, steps, published)
