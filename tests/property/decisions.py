"""Made-up directives and histories of hub.control, small enough that versions collide."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.oracle.records import Record
from tests.oracle.vocabulary import PRESENCES, PROGRAMS, SEXES
from tests.property.strategies import business_dates

DIRECTIVES = ["bpu-nelayan", "inpres-8-2025", "zz"]
POLICY = "the policy under test"


def _subset(of: list[Any], min_size: int = 1) -> SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(of), min_size=min_size, max_size=3, unique=True)


_regions = st.one_of(
    st.just([]), _subset(["74", "93", "74.71", "74.01", "74.71.01", "74.71.01.1001", "93.01", "74.01.01"])
)
_welfare = st.fixed_dictionaries(
    {
        "deciles": _subset([1, 2, 4, 5, 10]),
        "extreme_poor": st.booleans(),
        "unranked": st.booleans(),
    }
)
_ages = st.sampled_from([(18, 64), (0, 64), (18, 18), (65, 120), (17, 125)]).map(
    lambda ages: {"from": ages[0], "to": ages[1]}
)
_any_id = st.sampled_from(DIRECTIVES)
_any_version = st.integers(1, 3)
means = st.fixed_dictionaries(
    {
        "presence": st.one_of(st.just(["PRESENT"]), st.just(list(PRESENCES)), _subset(list(PRESENCES))),
        "regions": _regions,
        "welfare": st.none() | _welfare,
        "age": st.none() | _ages,
        "sex": st.none() | st.none() | st.sampled_from(SEXES),
        "work_statuses": st.none() | _subset([0, 1, 4, 8]),
        "industries": st.none() | _subset([1, 12, 26]),
    }
)


def directives(
    ids: SearchStrategy[str] = _any_id, versions: SearchStrategy[int] = _any_version
) -> SearchStrategy[dict[str, Any]]:
    """Directive documents as JSON."""
    return st.fixed_dictionaries(
        {
            "id": ids,
            "version": versions,
            "title": st.just("Pekerja rentan"),
            "legal_basis": st.just("Inpres 8/2025"),
            "means": means,
            "requires": st.one_of(st.just(["JKK", "JKM"]), _subset(list(PROGRAMS))),
            "payer": st.none(),
            "effective": st.just({"from": "2025-03-27", "until": None}),
            "targets": st.just([]),
        }
    )


_rollout_regions = st.lists(_subset(["74.71", "74.01", "93", "74.71.01"]), max_size=2).filter(
    lambda steps: len({r for step in steps for r in step}) == sum(map(len, steps))
)


@st.composite
def rolling(draw: st.DrawFn) -> dict[str, Any]:
    """Directive documents for everywhere that come in steps, the first of them already begun."""
    document = draw(directives())
    document["means"]["regions"] = []
    first = date(2026, 4, 1)
    steps = [
        {"from": (first + timedelta(days=20 * n)).isoformat(), "regions": regions}
        for n, regions in enumerate(draw(_rollout_regions))
    ]
    last = {"from": (first + timedelta(days=20 * len(steps))).isoformat(), "regions": []}
    return document | {"rollout": [*steps, last]}


def _event(subject: str, version: int, step: int, kind: str, fields: Record) -> dict[str, Any]:
    return {
        "event_id": f"{subject}/{version}/{step}",
        "subject": subject,
        "version": version,
        "step": step,
        "by": "test",
        "basis": "test",
        "decided_at": datetime(2026, 4, 1, tzinfo=UTC),
        "body": (f"jangkau.hub.{kind}", fields),
    }


def date_set(day: date) -> dict[str, Any]:
    """The event that sets the business date."""
    return _event("date", day.toordinal(), 0, "BusinessDateSet", {"date": day})


def policy_set(number: int = 1, policy: str = POLICY) -> dict[str, Any]:
    """The event that puts a policy version in force."""
    return _event("policy", number, 0, "PolicyInForce", {"policy": policy})


def in_force(document: Mapping[str, Any]) -> dict[str, Any]:
    """The event that puts a directive in force."""
    name, version = document["id"], document["version"]
    text = json.dumps(document)
    fields = {"directive": name, "version": version, "document": text}
    return _event(f"directive:{name}", version, 1, "DirectiveInForce", fields)


def withdrawn(name: str, version: int) -> dict[str, Any]:
    """The event that ends a version of a directive."""
    fields = {"directive": name, "version": version, "state": "REVOKED"}
    return _event(f"directive:{name}", version, 2, "DirectiveWithdrawn", fields)


def unrelated(partition: int) -> dict[str, Any]:
    """An event that no verdict depends on."""
    fields = {"partition": partition, "generation": 1}
    return _event(f"generation:{partition}", 1, 0, "StateGeneration", fields)


@st.composite
def decisions(draw: st.DrawFn, *, max_size: int = 8) -> list[Record]:
    """A history of hub.control: dates up and down, versions repeated, overtaken and withdrawn.

    The same (directive, version) always comes with the same document, as its writer guarantees.
    """
    documents: dict[tuple[str, int], dict[str, Any]] = {}
    history: list[Record] = []
    for kind in draw(st.lists(st.sampled_from("ddiiiwgp"), max_size=max_size)):
        name, version = draw(st.sampled_from(DIRECTIVES)), draw(st.integers(1, 3))
        if kind == "d":
            history.append(date_set(draw(business_dates)))
        elif kind == "i":
            if (name, version) not in documents:
                documents[name, version] = draw(directives(st.just(name), st.just(version)))
            history.append(in_force(documents[name, version]))
        elif kind == "w":
            history.append(withdrawn(name, version))
        elif kind == "g":
            history.append(unrelated(version))
        else:
            history.append(policy_set(version))
    return history
