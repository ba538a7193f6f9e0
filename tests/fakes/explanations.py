"""Explanations as engines answer them, for tests of what people read."""

import copy
from typing import Any

_GAP: dict[str, Any] = {
    "region": "74.71.01.1001",
    "business_date": "2026-03-01",
    "facts": {
        "dtsen": {
            "version": (20261 << 32) + 2,
            "offset": 17,
            "decile": 3,
            "extreme_poor": False,
            "birth_date": "1990-05-04",
            "sex": "FEMALE",
            "work_status": 1,
            "industry": 4,
            "presence": "PRESENT",
        },
        "bpjs": {"version": 9, "offset": 4, "alive": ["JKK"], "in_arrears": ["JKM"], "enrolled": True},
    },
    "directives": [
        {
            "directive": "inpres-8-2025",
            "version": 1,
            "means": True,
            "clauses": [{"clause": "AGE", "result": "true", "asks": {"from": 18, "to": 64}, "has": 35}],
            "not_meant_reason": None,
            "verdict": {"status": "GAP", "missing": ["JKM"], "reason": "PROGRAM_PARTIAL"},
        }
    ],
    "published": {
        "seq": 3,
        "status": "GAP",
        "verdicts": [
            {
                "directive": "inpres-8-2025",
                "version": 1,
                "status": "GAP",
                "missing": ["JKM"],
                "reason": "PROGRAM_PARTIAL",
            }
        ],
    },
    "held": None,
    "control_offset": 12,
    "partition": 1,
}

_HELD: dict[str, Any] = {
    "state": "WAITING",
    "directives": [{"directive": "inpres-8-2025", "version": 1}],
    "business_date": "2026-03-01",
    "region": "74.71.01.1001",
    "dtsen_version": (20261 << 32) + 2,
    "dtsen_offset": 17,
    "control_offset": 11,
}


def gap_explanation() -> dict[str, Any]:
    """A person with a gap, published as decided; change what the test is about."""
    return copy.deepcopy(_GAP)


def held(state: str = "WAITING") -> dict[str, Any]:
    """What is held of such a person."""
    return copy.deepcopy(_HELD) | {"state": state}
