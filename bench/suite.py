"""What is measured, one function a figure."""

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from bench.events import Population
from bench.hub import DIRECTIVE, BenchHub
from bench.latency import measure_latency
from deploy.cluster import Cluster
from deploy.embedded import EmbeddedStack
from schemas.directive import DirectiveDocument
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS
from schemas.policy import load_policy
from schemas.regions import Regions
from streams.coverage.directive import compile_directive
from streams.coverage.facts import ENROLLED
from streams.coverage.region_index import RegionIndex
from streams.coverage.situation import MembershipRule
from streams.engine.decide import compare
from streams.engine.partition import Partition
from streams.engine.rules import Rules
from streams.engine.token_index import TOKEN

_SECOND_US = 1_000_000
_MILLION = 1_000_000
_REPEATS = 5


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    persons: int
    latency_s: float
    rate: int


@dataclass(frozen=True)
class Figure:
    """One line of the report. ``better`` says whether more or less is wanted."""

    name: str
    value: float
    unit: str
    at_least: float
    aim: float
    better: str
    note: str = ""


def measure(stack: EmbeddedStack, home: Path, sizes: Sizes) -> list[Figure]:
    """All figures, in the order of the design's table."""
    hub = BenchHub(Cluster(stack.bootstrap_servers, stack.registry_url), home)
    population = Population.of(sizes.persons, [code.text for code in Regions.load().regencies])
    _load(hub, population, sizes.persons)
    caught = hub.measured("catch-up")
    restored = hub.measured("restore")
    latency = measure_latency(hub, population, sizes.rate, sizes.latency_s)
    changed = caught["published"] / caught["events"]
    return [
        Figure(
            "catch-up, events per CPU second",
            caught["events"] / caught["cpu_s"],
            "ev/s",
            250_000,
            500_000,
            "more",
            f"{caught['events']:,.0f} events, {changed:.0%} published, "
            f"{caught['events'] / caught['wall_s']:,.0f} a second by the clock",
        ),
        Figure(
            "a directive re-evaluated, per million",
            _re_evaluation_ms(),
            "ms",
            40,
            10,
            "less",
            "CPU, median of 5",
        ),
        Figure(
            "state restored, persons per CPU second",
            restored["persons"] / restored["cpu_s"],
            "/s",
            2_000_000,
            5_000_000,
            "more",
            f"{restored['persons']:,.0f} persons, joining the group included",
        ),
        Figure(f"latency p99 at {sizes.rate:,} ev/s", latency.p99_ms, "ms", 150, 50, "less", latency.note),
        Figure(
            "memory a person, all told",
            caught["rss_bytes"] / caught["persons"],
            "B",
            250,
            120,
            "less",
            f"peak at {caught['persons']:,.0f} persons, while catching up",
        ),
    ]


def _load(hub: BenchHub, population: Population, persons: int) -> None:
    """As many DTSEN facts as persons, and as many snapshots of seven in ten of them, some stale."""
    print(f"  loading {2 * persons:,} events", flush=True)
    hub.load(DTSEN_PERSONS, population.tokens, population.ranked(persons, 1))
    members = population.rng.integers(0, int(persons * 0.7), persons)
    now_us = int(time.time() * _SECOND_US)
    versions = now_us - population.rng.integers(0, 1000 * _SECOND_US, persons)
    hub.load(BPJS_MEMBERSHIPS, population.tokens[members], population.snapshots(versions))
    hub.set_rules()
    hub.flush()


def _re_evaluation_ms() -> float:
    """CPU milliseconds to compare a million persons in memory with a new directive; nothing is published."""
    regions, rng = RegionIndex(), np.random.default_rng(3)
    partition = Partition(0)
    rows = partition.rows_for(np.frombuffer(rng.bytes(16 * _MILLION), TOKEN))
    facts = partition.facts
    facts.dtsen_version[rows] = 1
    facts.decile[rows] = rng.integers(0, 11, _MILLION)
    facts.birth[rows] = rng.integers(-7000, 20_000, _MILLION)
    facts.work_status[rows] = rng.integers(0, 9, _MILLION)
    facts.region[rows] = regions.intern_all(rng.choice([7401, 7471, 7402], _MILLION))
    facts.bpjs_version[rows] = 1
    facts.bpjs_flags[rows] = ENROLLED
    facts.paid[rows] = rng.integers(20_000, 20_700, (_MILLION, facts.paid.shape[1]))
    day = date(2026, 4, 10)
    policy = load_policy()
    directive = compile_directive(DirectiveDocument.model_validate(DIRECTIVE), day, regions)
    rules = Rules(day, policy, MembershipRule.at(policy, day), (directive,))
    first = compare(partition, slice(0, _MILLION), rules, refresh=True)
    codes = partition.published.column((directive.id, directive.version))
    codes[first.rows] = first.desired[directive.id, directive.version]
    times = []
    for _ in range(_REPEATS):
        began = time.process_time()
        compare(partition, slice(0, _MILLION), rules, refresh=False)
        times.append((time.process_time() - began) * 1000)
    return float(np.median(times))
