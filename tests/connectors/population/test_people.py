import re

import numpy as np
import pytest

from connectors.population.assumptions import Assumption, band_ages, load_assumptions
from connectors.population.niks import draw_niks, nik_texts, possible_niks
from connectors.population.people import MERGED, completed_years
from connectors.population.places import load_places
from connectors.population.work import INFORMAL
from tests.connectors.population.conftest import make_people


def test_niks_are_distinct_and_end_in_a_serial_nobody_has() -> None:
    niks = draw_niks(200_000, load_places().districts, np.random.default_rng(1))
    texts = nik_texts(niks).to_pylist()
    assert len(set(texts)) == 200_000
    assert all(re.fullmatch(r"74\d{4}(0[1-9]|[1-7]\d)(0[1-9]|1[0-2])\d{2}0000", text) for text in texts)


def test_there_are_enough_niks_for_everyone_of_the_province() -> None:
    places = load_places()
    assert possible_niks(len(places.districts)) > places.people.sum() * 1.01


def test_more_people_than_niks_is_an_error_not_a_repeat() -> None:
    districts = np.array([740101])
    niks = draw_niks(possible_niks(1), districts, np.random.default_rng(3))
    assert len(np.unique(niks)) == possible_niks(1)
    with pytest.raises(ValueError, match="only 73000 distinct"):
        draw_niks(possible_niks(1) + 1, districts, np.random.default_rng(3))


def test_people_per_regency_and_sex_are_the_published_ones_scaled() -> None:
    people = make_people(0.01)
    ranked = slice(0, people.ranked)
    for number in range(len(people.places.regencies)):
        for female in (False, True):
            drawn = ((people.regency[ranked] == number) & (people.female[ranked] == female)).sum()
            assert drawn == round(people.places.people[number, int(female)] * 0.01)


def test_the_same_seed_draws_the_same_people() -> None:
    one, same, other = make_people(seed=1), make_people(seed=1), make_people(seed=2)
    assert np.array_equal(one.nik, same.nik)
    assert np.array_equal(one.birth, same.birth)
    assert not np.array_equal(one.birth, other.birth)


def test_ages_follow_the_bands_assumed() -> None:
    people = make_people(0.02)
    age = completed_years(people.birth, np.datetime64("2025-04-01"))
    for band, share in load_assumptions().table("age_bands").items():
        lowest, highest = band_ages(band)
        assert ((age >= lowest) & (age <= highest)).mean() == pytest.approx(share, abs=0.008)


def test_work_follows_the_census_of_workers() -> None:
    people = make_people(0.05)
    working = people.work[people.work > 0]
    assert np.isin(working, INFORMAL).mean() == pytest.approx(0.6192, abs=0.01)
    assert (working == 6).mean() == pytest.approx(0.0174, abs=0.003)
    assert (people.industry[people.work <= 0] == -1).all()
    assert set(np.unique(people.industry[people.work == 6])) <= {-1, 1, 2, 3, 4, 5}


def test_whoever_was_merged_names_someone_else() -> None:
    people = make_people(0.02)
    merged = np.flatnonzero(people.presence == MERGED)
    assert len(merged) > 0
    assert (people.replaced_by[merged] != merged).all()
    assert (people.presence[people.replaced_by[merged]] != MERGED).all()
    assert (people.replaced_by[people.presence != MERGED] == -1).all()


def test_completed_years_count_birthdays_passed() -> None:
    born = np.array(["2000-04-01", "2000-04-02", "2004-02-29", "1960-12-31"], "datetime64[D]")
    days = born.astype(np.int64).astype(np.int32)
    assert completed_years(days, np.datetime64("2025-04-01")).tolist() == [25, 24, 21, 64]


def test_shares_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="add up to"):
        Assumption(name="x", meaning="x", value={"a": 0.5, "b": 0.4}, source="assumed")
    with pytest.raises(ValueError, match="outside"):
        Assumption(name="x", meaning="x", value={"a": 1.5}, kind="chances", source="assumed")


def test_every_assumption_says_where_it_is_from() -> None:
    assert all(entry.source.strip() for entry in load_assumptions().entries)
