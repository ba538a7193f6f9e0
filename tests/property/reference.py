"""The country and the policy tables of the property tests, as the product and as the oracle read them."""

from datetime import date
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

import schemas
from schemas.policy import Policy, load_policy
from schemas.regions import Regions
from tests.oracle.hub import OracleHub
from tests.oracle.regions import RegionTable, read_regions
from tests.property.decisions import POLICY
from tests.property.strategies import PARTITIONS


@cache
def regions() -> Regions:
    """The product's reading of the reference files."""
    return Regions.load()


@cache
def region_table() -> RegionTable:
    """The oracle's reading of the same files."""
    return read_regions(Path(schemas.__file__).parent / "reference")


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """The tables that ship, or the like of them with other due days and tolerances."""
    shipped = load_policy()
    if draw(st.booleans()):
        return shipped
    monthly: list[dict[str, object]] = [
        {"kind": "monthly", "due_day": draw(st.sampled_from([1, 15, 28])), "due_month_offset": draw(months)}
        for months in (st.sampled_from([0, 1]), st.integers(0, 12))
    ]
    period: dict[str, object] = {"kind": "period"}
    source = {"source": "made up for a test"}
    rows = zip(("PU", "BPU", "JAKON", "PMI"), [*monthly, period, period], strict=True)
    changed = date(2026, 4, 15)
    return Policy.model_validate(
        {
            "version": POLICY,
            "segments": {segment: {**rule, **source} for segment, rule in rows},
            "tolerance": [
                {"effective_from": date(2015, 7, 1), "months": draw(st.integers(0, 2)), **source},
                {"effective_from": changed, "months": draw(st.integers(0, 4)), **source},
            ],
            "arrears_months": draw(st.sampled_from([1, 3])),
            "arrears_months_source": source["source"],
            "guard": shipped.guard.model_dump(),
            "transport": shipped.transport.model_dump(),
            "tariff": [],
        }
    )


def oracle(policy: Policy | None = None) -> OracleHub:
    """An empty hub over the real reference data, with these tables or the newest that ship."""
    tables = policy or load_policy()
    return OracleHub(PARTITIONS, region_table(), lambda version: tables)
