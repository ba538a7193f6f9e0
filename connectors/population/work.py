"""Draws who works, as what and in which industry."""

import numpy as np
from numpy.typing import NDArray

from connectors.population.assumptions import Assumptions

_NOT_KNOWN = -1
_NOT_WORKING = 0
WORKING_AGE = 15
EMPLOYEES = (4, 5)
INFORMAL = (1, 2, 6, 7, 8)
_AGRICULTURE = (1, 2, 3, 4, 5)
_CASUAL_IN_AGRICULTURE, _CASUAL_ELSEWHERE, _STATE = 6, 7, 5
_STATE_INDUSTRIES = (20, 21, 22)


def draw_work(
    assumptions: Assumptions,
    age: NDArray[np.int8],
    female: NDArray[np.bool_],
    decile: NDArray[np.int8],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Work status and industry of each, shape (n,): -1 not known, status 0 not working."""
    n = len(age)
    status = np.full(n, _NOT_WORKING, np.int8)
    at_work = np.flatnonzero(rng.random(n) < _chance_of_work(assumptions, age, female))
    status[at_work] = _draw_status(assumptions, decile[at_work], rng)
    industry = np.full(n, _NOT_KNOWN, np.int8)
    industry[at_work] = _draw_industry(assumptions, status[at_work], rng)
    grown = age >= WORKING_AGE
    status[grown & (rng.random(n) < assumptions.number("work_not_known"))] = _NOT_KNOWN
    industry[(status <= 0) | (rng.random(n) < assumptions.number("industry_not_known"))] = _NOT_KNOWN
    return status, industry


def _chance_of_work(
    assumptions: Assumptions, age: NDArray[np.int8], female: NDArray[np.bool_]
) -> NDArray[np.float64]:
    by_sex = np.array([assumptions.number("working", "MALE"), assumptions.number("working", "FEMALE")])
    weight = assumptions.by_age("working_by_age")
    mean = weight[age[age >= WORKING_AGE]].mean()
    chance: NDArray[np.float64] = np.minimum(by_sex[female.astype(np.int64)] * weight[age] / mean, 0.99)
    return chance


def _draw_status(
    assumptions: Assumptions, decile: NDArray[np.int8], rng: np.random.Generator
) -> NDArray[np.int8]:
    """Employees are likelier among the better off, by the lift assumed; the mean stays as it is."""
    keys, shares = assumptions.numbered("work_status")
    employee = np.isin(keys, EMPLOYEES)
    formal = shares[employee].sum()
    lift = assumptions.number("employee_lift")
    status = np.empty(len(decile), np.int8)
    richer, poorer = decile >= 8, (decile >= 1) & (decile <= 4)
    between = ~richer & ~poorer
    balance = 1 - lift * (richer.sum() - poorer.sum()) / max(between.sum(), 1)
    for members, factor in ((richer, 1 + lift), (poorer, 1 - lift), (between, np.clip(balance, 0, 2))):
        tilted = np.where(employee, shares * factor, shares * (1 - formal * factor) / (1 - formal))
        status[members] = rng.choice(keys, int(members.sum()), p=tilted)
    return status


def _draw_industry(
    assumptions: Assumptions, status: NDArray[np.int8], rng: np.random.Generator
) -> NDArray[np.int8]:
    """By the shares assumed, within what the status allows."""
    keys, shares = assumptions.numbered("industry")
    agriculture = np.isin(keys, _AGRICULTURE)
    allowed = {
        _CASUAL_IN_AGRICULTURE: agriculture,
        _CASUAL_ELSEWHERE: ~agriculture,
        _STATE: np.isin(keys, _STATE_INDUSTRIES),
    }
    industry = rng.choice(keys, len(status), p=shares).astype(np.int8)
    for fixed, mask in allowed.items():
        members = np.flatnonzero(status == fixed)
        industry[members] = rng.choice(keys[mask], len(members), p=shares[mask] / shares[mask].sum())
    return industry
