"""How much of a region uses anything: counted once, by the nearest way, shares rounded down."""

import pytest

from catalogue.region_reach import reach_within, reached_by_each


@pytest.fixture
def one(make_solution):
    return make_solution("eine")


def numbers(region) -> tuple[int, int, int]:
    reach = reach_within(region)
    return reach.units, reach.own, reach.reached


def test_without_use_nothing_is_reached(regions, one):
    assert numbers(regions["07"]) == (2, 0, 0)
    assert reached_by_each(regions["07"], [one.pk]) == {}


@pytest.mark.parametrize(
    ("used_in", "asked", "expected"),
    [
        ("071375002086", "07", (2, 1, 1)),  # a municipality itself
        ("07111", "07", (2, 1, 1)),  # a kreisfreie Stadt is its own municipality
        ("07137", "07", (2, 0, 1)),  # through its Kreis
        ("071375002", "07137", (1, 0, 1)),  # through its association
        ("07137", "07137", (1, 0, 1)),  # the Kreis that is asked for
        ("07137", "071375002", (1, 0, 1)),  # the Kreis above the association that is asked for
        ("07", "07", (2, 0, 0)),  # by what a Land uses every municipality would use something
        ("", "", (3, 0, 0)),
        ("02", "02", (1, 1, 1)),  # a Stadtstaat is its own municipality
        ("02", "", (3, 1, 1)),
        ("07", "07137", (1, 0, 0)),
        ("02", "07", (2, 0, 0)),
    ],
)
def test_a_municipality_counts_by_itself_or_through_kreis_and_association(
    regions, one, make_transfer, used_in, asked, expected
):
    make_transfer(one, regions[used_in])
    assert numbers(regions[asked]) == expected


def test_two_solutions_in_one_place_count_once(regions, one, make_solution, make_transfer):
    for solution in (one, make_solution("andere")):
        make_transfer(solution, regions["071375002086"])
    make_transfer(one, regions["07137"])
    assert numbers(regions["07"]) == (2, 1, 1)


def test_people_are_those_of_the_municipalities_reached(regions, one, make_transfer):
    make_transfer(one, regions["07111"])
    reach = reach_within(regions[""])
    assert (reach.people, reach.people_own, reach.people_reached, reach.share_own) == (2022000, 115000, 115000, "5 %")


@pytest.mark.parametrize("stage", ["agreed", "rollout", "interest", "ended", "declined"])
def test_only_what_is_live_counts(regions, one, make_transfer, stage):
    make_transfer(one, regions["071375002086"], stage, is_public=True)
    assert numbers(regions["07"]) == (2, 0, 0)
    assert reached_by_each(regions["07"], [one.pk]) == {}


def test_a_draft_counts_nowhere(regions, draft, make_transfer):
    make_transfer(draft, regions["071375002086"])
    assert numbers(regions["07"]) == (2, 0, 0)


def test_each_solution_reaches_what_lies_below_its_highest_facts(regions, one, make_solution, make_transfer):
    other = make_solution("andere")
    for key in ("07137", "071375002", "071375002086", "07111"):
        make_transfer(one, regions[key])
    make_transfer(other, regions["071375002086"])
    found = reached_by_each(regions["07"], [one.pk, other.pk])
    assert found == {one.pk: (2, 122000), other.pk: (1, 7000)}


def test_what_the_region_itself_uses_is_no_part_of_it(regions, one, make_transfer):
    make_transfer(one, regions["07137"])
    assert reached_by_each(regions["07137"], [one.pk]) == {}
    assert reached_by_each(regions[""], [one.pk]) == {one.pk: (1, 7000)}
