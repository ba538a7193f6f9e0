"""The edges of a preview: nobody, everybody, nothing changes, and tokens that agree in their upper bytes."""

import hashlib

import numpy as np
import pytest
from numpy.typing import NDArray

from schemas.names import MOVEMENTS, STANDINGS
from streams.coverage.facts import HAS_PU, PUBLIC_PAYER, UNRANKED, Facts
from streams.coverage.preview import SAMPLE, Preview, preview
from streams.coverage.region_index import NO_REGION, RegionIndex
from streams.coverage.token_order import in_token_order, smallest
from streams.coverage.verdict import COVERED, NOT_MEANT, gap_code

JKK, JKM = 1, 2
LAPSED = gap_code(JKK | JKM, "LAPSED")
PARTIAL = gap_code(JKM, "PROGRAM_PARTIAL")
TRANSPORT = (13,)
REGIONS = RegionIndex()
VILLAGE, REGENCY = REGIONS.intern(7471011001), REGIONS.intern(7401)


def tokens_of(n: int) -> NDArray[np.void]:
    """Distinct tokens in no order."""
    return np.frombuffer(np.random.default_rng(5).bytes(16 * n), "V16")


def people(n: int) -> Facts:
    facts = Facts.empty(n)
    facts.dtsen_version[:] = facts.bpjs_version[:] = 1
    facts.region[:] = VILLAGE
    facts.decile[:] = 3
    return facts


def seen(
    facts: Facts, before: list[int], after: list[int], tokens: NDArray[np.void] | None = None
) -> Preview:
    return preview(
        facts,
        tokens_of(len(facts)) if tokens is None else tokens,
        np.array(before, np.uint16),
        np.array(after, np.uint16),
        JKK | JKM,
        REGIONS.regencies,
        TRANSPORT,
    )


def cells(found: Preview) -> set[tuple[str, int, int, int, str, int]]:
    c = found.cells
    columns = (c.movement, c.regency, c.decile, c.sex, c.standing, c.persons)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {(MOVEMENTS[m], r, d, s, STANDINGS[t], n) for m, r, d, s, t, n in rows}


@pytest.mark.parametrize("n", [0, 3])
def test_nobody(n: int) -> None:
    found = seen(people(n), [NOT_MEANT] * n, [NOT_MEANT] * n)
    assert not len(found.cells)
    assert not len(found.uncovered)
    assert found.public_payers == len(found.entering) == len(found.leaving) == 0
    assert found.digest == hashlib.sha256().digest()


def test_everybody_enters() -> None:
    n, tokens = 1000, tokens_of(1000)
    found = seen(people(n), [NOT_MEANT] * n, [COVERED] * n, tokens)
    assert cells(found) == {("ENTERING", 7471, 3, 0, "COVERED", n)}
    ordered = sorted(token.tobytes() for token in tokens)
    assert found.digest == hashlib.sha256(b"".join(ordered)).digest()
    assert [tokens[row].tobytes() for row in found.entering] == ordered[:SAMPLE]


def test_the_draft_that_is_in_force_moves_nobody() -> None:
    codes = [COVERED, LAPSED, PARTIAL, NOT_MEANT]
    found = seen(people(4), codes, codes)
    assert cells(found) == {
        ("STAYING", 7471, 3, 0, "COVERED", 1),
        ("STAYING", 7471, 3, 0, "LAPSED", 1),
        ("STAYING", 7471, 3, 0, "PROGRAM_PARTIAL", 1),
    }
    assert not len(found.entering)
    assert not len(found.leaving)


def test_the_standing_is_what_would_be_said_and_of_the_leaving_what_is() -> None:
    found = seen(people(3), [COVERED, LAPSED, NOT_MEANT], [LAPSED, NOT_MEANT, PARTIAL])
    assert {(movement, standing) for movement, _, _, _, standing, _ in cells(found)} == {
        ("STAYING", "LAPSED"),
        ("LEAVING", "LAPSED"),
        ("ENTERING", "PROGRAM_PARTIAL"),
    }


def test_cells_are_apart_by_regency_decile_and_sex() -> None:
    facts = people(5)
    facts.region[:] = [VILLAGE, REGENCY, VILLAGE, VILLAGE, NO_REGION]
    facts.decile[:] = [UNRANKED, 10, UNRANKED, UNRANKED, 1]
    facts.sex[:] = [0, 0, 1, 0, 1]
    found = seen(facts, [NOT_MEANT] * 5, [COVERED] * 5)
    assert cells(found) == {
        ("ENTERING", 7471, 0, 0, "COVERED", 2),
        ("ENTERING", 7471, 0, 1, "COVERED", 1),
        ("ENTERING", 7401, 10, 0, "COVERED", 1),
        ("ENTERING", 0, 1, 1, "COVERED", 1),
    }


def test_uncovered_are_those_meant_with_a_gap_by_what_is_missing_and_sector() -> None:
    facts = people(5)
    facts.industry[:] = [13, 12, 13, 13, 13]
    after = [LAPSED, LAPSED, PARTIAL, COVERED, NOT_MEANT]
    u = seen(facts, [LAPSED] * 5, after).uncovered
    rows = zip(*(c.tolist() for c in (u.regency, u.missing, u.transport, u.persons)), strict=True)
    assert set(rows) == {(7471, 3, 1, 1), (7471, 3, 0, 1), (7471, 2, 1, 1)}


def test_public_payers_are_those_meant_with_a_required_program_alive() -> None:
    facts = people(5)
    facts.bpjs_flags[:] = [PUBLIC_PAYER, PUBLIC_PAYER | HAS_PU, PUBLIC_PAYER, HAS_PU, PUBLIC_PAYER]
    after = [COVERED, PARTIAL, LAPSED, COVERED, NOT_MEANT]
    assert seen(facts, [COVERED] * 5, after).public_payers == 2


def test_order_of_tokens_that_agree_in_their_upper_bytes() -> None:
    rng = np.random.default_rng(3)
    few = rng.integers(0, 3, (3000, 16)).astype(np.uint8)
    few[:, 2:12] = 0  # many alike in the first twelve bytes
    distinct = rng.permutation(np.unique(few, axis=0))
    tokens = np.frombuffer(distinct.tobytes(), "V16")
    rows = rng.permutation(len(tokens))
    expected = sorted(token.tobytes() for token in tokens)
    assert [tokens[row].tobytes() for row in in_token_order(tokens, rows)] == expected


@pytest.mark.parametrize("n", [0, 5, 20, 5_119, 5_120, 20_000])
def test_the_smallest_tokens(n: int) -> None:
    tokens = tokens_of(n)
    found = smallest(tokens, np.arange(n), 20)
    assert [tokens[row].tobytes() for row in found] == sorted(token.tobytes() for token in tokens)[:20]
