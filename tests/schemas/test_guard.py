"""A limit divided among partitions, and the limit the policy gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.guard import share_of
from schemas.policy import load_policy
from schemas.regions import Regions

REGENCIES = [region.digits for region in Regions.load().regencies]


@given(st.integers(0, 10_000_000), st.sampled_from(REGENCIES), st.integers(1, 128))
def test_the_shares_add_up_to_the_limit_and_hardly_differ(
    persons: int, regency: int, partitions: int
) -> None:
    shares = [share_of(persons, regency, partition, partitions) for partition in range(partitions)]
    assert sum(shares) == persons
    assert max(shares) - min(shares) <= 1
    assert min(shares) >= 0


def test_what_is_left_over_goes_to_other_partitions_in_other_regencies() -> None:
    lucky = {
        next(partition for partition in range(4) if share_of(1, regency, partition, 4))
        for regency in REGENCIES
    }
    assert lucky == {0, 1, 2, 3}


@pytest.mark.parametrize(("eligible", "most"), [(0, 25), (1_250, 25), (1_300, 26), (100_000, 2_000)])
def test_the_policy_has_a_limit_for_few_and_one_for_many(eligible: int, most: int) -> None:
    assert load_policy("2026.1").guard.most(eligible) == most
