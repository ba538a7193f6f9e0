"""Columns against the oracle, section 8: what a draft would do."""

from collections import Counter
from datetime import date
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schemas.ids import RegionCode
from schemas.names import MOVEMENTS, SEXES, STANDINGS
from schemas.policy import Policy
from streams.coverage.explain import programs_in
from streams.coverage.preview import Preview, preview
from streams.coverage.situation import MembershipRule
from streams.coverage.token_order import in_token_order, smallest
from streams.coverage.verdict import evaluate, situations_of
from tests.oracle import preview as oracle
from tests.property import decisions as decided
from tests.property import strategies as made
from tests.property.reference import policies
from tests.property.together import Scene, documents, filled

TOKENS = np.frombuffer(b"".join(map(bytes.fromhex, made.TOKENS)), "V16")


def in_words(found: Preview) -> oracle.Preview:
    """The columns' answer in the oracle's shape; overlaps are not theirs to count."""
    cells: Counter[oracle.Cell] = Counter()
    c, u = found.cells, found.uncovered
    for movement, regency, decile, sex, standing, persons in zip(
        c.movement, c.regency, c.decile, c.sex, c.standing, c.persons.tolist(), strict=True
    ):
        cells[MOVEMENTS[movement], code(regency), int(decile) or None, SEXES[sex], STANDINGS[standing]] = (
            persons
        )
    lacks: Counter[oracle.Lack] = Counter()
    for regency, missing, transport, persons in zip(
        u.regency, u.missing.tolist(), u.transport, u.persons.tolist(), strict=True
    ):
        lacks[code(regency), tuple(programs_in(missing)), bool(transport)] = persons
    sample = [
        (movement, TOKENS[row].tobytes().hex())
        for movement, rows in (("ENTERING", found.entering), ("LEAVING", found.leaving))
        for row in rows
    ]
    return oracle.Preview(cells, lacks, Counter(), found.public_payers, sample, found.digest.hex())


def code(regency: np.int64) -> str:
    return RegionCode.from_digits(int(regency)).text if regency else ""


@given(
    made.scenes(max_persons=6),
    decided.directives(st.just("inpres-8-2025"), st.just(2)),
    documents,
    policies(),
)
def test_preview_equals_the_count_over_persons(
    scene: Scene, draft: dict[str, Any], rules: list[dict[str, Any]], policy: Policy
) -> None:
    hub, columns = filled(*scene, rules, policy)
    day: date = scene[1]
    situation = situations_of(columns.facts, MembershipRule.at(policy, day))
    (compiled,) = columns.compiled([draft], day)
    before = np.zeros(len(TOKENS), np.uint16)
    for directive in columns.compiled([each for each in rules if each["id"] == draft["id"]], day):
        before = evaluate(directive, columns.facts, situation)
    found = preview(
        columns.facts,
        TOKENS,
        before,
        evaluate(compiled, columns.facts, situation),
        compiled.required,
        columns.index.regencies,
        policy.transport.industries,
    )
    people = {token: (hub.person(token), hub.membership(token)) for token in made.TOKENS}
    expected = oracle.preview(draft, rules, people, policy, day)
    expected.overlaps = Counter()
    assert in_words(found) == expected


wide = st.binary(min_size=16, max_size=16)
alike = st.integers(0, 40).map(lambda n: n.to_bytes(16, "big"))


@given(st.lists(wide | alike, unique=True))
def test_tokens_sort_as_bytes(tokens: list[bytes]) -> None:
    column = np.frombuffer(b"".join(tokens), "V16")
    rows = np.arange(len(tokens))
    assert [tokens[row] for row in in_token_order(column, rows)] == sorted(tokens)
    assert [tokens[row] for row in smallest(column, rows[::2], 3)] == sorted(tokens[::2])[:3]
