"""What a finding says: the law, whom it is about and what was expected, also where no pytest explains it."""

from dataclasses import replace

import pytest

from tests.chaos.check import told
from tests.connectors.client.samples import state
from tests.streams.engine import laws

TOKEN = "0" * 32


def test_a_broken_law_is_named_with_whom_it_is_about() -> None:
    with pytest.raises(AssertionError) as broken:
        laws.counted_without_gap({TOKEN: [state(1), state(3)]})
    assert told(broken.value).startswith(f"law 3: {TOKEN} is counted [1, 3]")
    with pytest.raises(AssertionError) as broken:
        laws.counted_without_gap({TOKEN: [state(1), replace(state(2), region="31.71"), state(3), state(4)]})
    assert told(broken.value).startswith(f"law 3: {TOKEN} says the same again after seq [3]")


def test_what_differs_is_shown_and_what_is_the_same_is_not() -> None:
    found, expected = {"a": 1, "b": 2, "d": 4, "e": 5}, {"a": 1, "b": 3, "c": 9, "e": 6}
    said = "4 differ: b: 2, expected 3; c: nothing, expected 9"
    assert laws.unlike(found, expected) == said
    assert laws.unlike({"d": 4}, {}) == "1 differ: d: 4, expected nothing"


def test_a_finding_has_a_sensible_length() -> None:
    assert told(AssertionError("law 1: " + "x" * 5_000)) == "law 1: " + "x" * 593 + " …"


def test_an_error_that_says_little_tells_where_it_came_from() -> None:
    with pytest.raises(KeyError) as missing:
        _look_up({}, TOKEN)
    assert told(missing.value) == f"KeyError '{TOKEN}' in _look_up: return known[token]"


def _look_up(known: dict[str, int], token: str) -> int:
    return known[token]
