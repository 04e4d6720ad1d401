"""Coverage is honest: each counts once, by the nearest way, and never as more than is known."""

import pytest

from catalogue.spread import coverage_of, percent


@pytest.fixture
def solution(make_solution):
    return make_solution("llmoin")


def ways(solution) -> dict[str, tuple[int, int, int, int, int]]:
    states = coverage_of(solution).states
    return {r.key: (r.units, r.direct, r.regional, r.above, r.coming) for r in states}


def test_nothing_is_reached_without_a_transfer(solution, regions):
    assert ways(solution) == {"02": (1, 0, 0, 0, 0), "07": (2, 0, 0, 0, 0)}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("071375002086", {"02": (1, 0, 0, 0, 0), "07": (2, 1, 0, 0, 0)}),  # a municipality itself
        ("07111", {"02": (1, 0, 0, 0, 0), "07": (2, 1, 0, 0, 0)}),  # a kreisfreie Stadt is its Kreis
        ("07137", {"02": (1, 0, 0, 0, 0), "07": (2, 0, 1, 0, 0)}),  # through the Kreis
        ("071375002", {"02": (1, 0, 0, 0, 0), "07": (2, 0, 1, 0, 0)}),  # through the association
        ("07", {"02": (1, 0, 0, 0, 0), "07": (2, 0, 0, 2, 0)}),  # through the Land
        ("02", {"02": (1, 1, 0, 0, 0), "07": (2, 0, 0, 0, 0)}),  # a Stadtstaat is its Land
        ("", {"02": (1, 0, 0, 1, 0), "07": (2, 0, 0, 2, 0)}),  # through the Bund
    ],
)
def test_each_municipality_counts_by_the_way_it_was_reached(solution, regions, make_transfer, key, expected):
    make_transfer(solution, regions[key])
    assert ways(solution) == expected


def test_the_nearest_way_wins_and_nobody_counts_twice(solution, regions, make_transfer):
    for key in ("071375002086", "07137", "07", ""):
        make_transfer(solution, regions[key])
    assert ways(solution) == {"02": (1, 0, 0, 1, 0), "07": (2, 1, 0, 1, 0)}


def test_what_is_only_agreed_counts_as_coming(solution, regions, make_transfer):
    make_transfer(solution, regions["07137"], stage="agreed")
    make_transfer(solution, regions["07"], stage="rollout")
    assert ways(solution) == {"02": (1, 0, 0, 0, 0), "07": (2, 0, 0, 0, 2)}


def test_use_of_the_land_outweighs_a_plan_of_the_town(solution, regions, make_transfer):
    make_transfer(solution, regions["071375002086"], stage="agreed")
    make_transfer(solution, regions["07"])
    assert ways(solution) == {"02": (1, 0, 0, 0, 0), "07": (2, 0, 0, 2, 0)}


@pytest.mark.parametrize("stage", ["interest", "coordination", "ended", "declined"])
def test_interest_and_ended_use_count_nowhere(solution, regions, make_transfer, stage):
    make_transfer(solution, regions["071375002086"], stage=stage, is_public=True)
    assert ways(solution) == {"02": (1, 0, 0, 0, 0), "07": (2, 0, 0, 0, 0)}


def test_people_are_those_who_live_where_it_is_used(solution, regions, make_transfer):
    make_transfer(solution, regions["07111"])
    total = coverage_of(solution).total
    assert (total.people, total.people_direct, total.people_reached) == (2022000, 115000, 115000)


@pytest.mark.parametrize(("level", "whole"), [("", 3), ("municipality", 3), ("district", 3), ("state", 2), ("x", 3)])
def test_the_whole_is_those_who_are_competent(make_solution, regions, level, whole):
    assert coverage_of(make_solution("eine", competent_level=level)).total.units == whole


def test_a_kreis_is_counted_where_kreise_are_competent(make_solution, regions, make_transfer):
    solution = make_solution("eine", competent_level="district")
    make_transfer(solution, regions["07137"])
    make_transfer(solution, regions["02"])
    assert ways(solution) == {"02": (1, 1, 0, 0, 0), "07": (2, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 10, "0 %"), (1, 1000, "unter 1 %"), (996, 1000, "99 %"), (1000, 1000, "100 %"), (1, 0, "0 %")],
)
def test_a_share_is_never_rounded_up_to_all_or_down_to_nothing(part, whole, words):
    assert percent(part, whole) == words
