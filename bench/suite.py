"""What is measured, one function a figure."""

import time
from dataclasses import dataclass
from pathlib import Path

from bench.events import Population
from bench.hub import BenchHub
from bench.latency import measure_latency
from bench.memory import Million
from deploy.cluster import Cluster
from deploy.embedded import EmbeddedStack
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS
from schemas.regions import Regions

_SECOND_US = 1_000_000


@dataclass(frozen=True)
class Sizes:
    """How much is measured. ``restore_persons``: a second restore, if that is more than ``persons``."""

    persons: int
    restore_persons: int
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
    regions = [code.text for code in Regions.load().regencies]
    population = Population.of(sizes.persons, regions)
    _load(hub, population, sizes.persons)
    hub.set_rules()
    caught = hub.measured("catch-up")
    restores = [_restored(hub)]
    latency = measure_latency(hub, population, sizes.rate, sizes.latency_s)
    million = Million()
    changed = caught["published"] / caught["events"]
    if sizes.restore_persons > sizes.persons:
        more = Population.of(sizes.restore_persons - sizes.persons, regions, seed=8)
        _load(hub, more, len(more.tokens))
        hub.measured("catch-up")
        restores.append(_restored(hub))
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
            million.re_evaluation_ms(),
            "ms",
            40,
            10,
            "less",
            "CPU, median of 5",
        ),
        Figure(
            "a preview answered, per million",
            million.preview_ms(hub.codec),
            "ms",
            150,
            60,
            "less",
            "CPU, median of 5; holds up live facts of one partition at a time",
        ),
        *restores,
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


def _restored(hub: BenchHub) -> Figure:
    """An engine that starts and takes over every partition, joining the group included."""
    found, state = hub.measured("restore"), hub.state_bytes()
    return Figure(
        f"{found['persons']:,.0f} restored, persons per CPU second",
        found["persons"] / found["cpu_s"],
        "/s",
        2_000_000,
        5_000_000,
        "more",
        f"{found['wall_s']:.1f} s, {found['cpu_s']:.1f} s of CPU, {state / 1e6:,.0f} MB of state read, "
        f"peak memory {found['rss_bytes'] / 1e6:,.0f} MB",
    )


def _load(hub: BenchHub, population: Population, persons: int) -> None:
    """As many DTSEN facts as persons, and as many snapshots of seven in ten of them, some stale."""
    print(f"  loading {2 * persons:,} events", flush=True)
    hub.load(DTSEN_PERSONS, population.tokens, population.ranked(persons, 1))
    members = population.rng.integers(0, int(persons * 0.7), persons)
    now_us = int(time.time() * _SECOND_US)
    versions = now_us - population.rng.integers(0, 1000 * _SECOND_US, persons)
    hub.load(BPJS_MEMBERSHIPS, population.tokens[members], population.snapshots(versions))
    hub.flush()
