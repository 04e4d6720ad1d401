"""How a solution spread, year by year, and the map of each."""

import re
from datetime import date

import pytest
from django.utils import timezone

from catalogue.spread_over_time import year_asked, years_of

URL = "/loesungen/llmoin/verbreitung/"
TODAY = date(2026, 11, 24)


@pytest.fixture
def solution(regions, make_solution, make_transfer):
    """Hamburg since 2023; Polch from 2024 to 2025; Koblenz since an unknown day; Rheinland-Pfalz is to come."""
    made = make_solution("llmoin", title="LLMoin")
    make_transfer(made, regions["02"], live_since="2023-05-01")
    make_transfer(made, regions["071375002086"], "ended", live_since="2024-01-01", ended_on="2025-06-30")
    make_transfer(made, regions["07111"])
    make_transfer(made, regions["07"], "rollout", live_since="2024-01-01")
    return made


def test_each_year_counts_the_regions_in_use_at_its_end_and_those_that_began(solution):
    assert [(row.year, row.live, row.new) for row in years_of(solution, TODAY)] == [
        (2023, 1, 1), (2024, 2, 1), (2025, 1, 0), (2026, 1, 0),
    ]  # fmt: skip


def test_a_region_counts_once_and_begins_once(solution, regions, make_transfer):
    make_transfer(solution, regions["02"], "ended", live_since="2022-01-01", ended_on="2023-02-01")
    assert [(row.year, row.live, row.new) for row in years_of(solution, TODAY)][:2] == [(2022, 1, 1), (2023, 1, 0)]


def test_a_solution_without_dated_use_has_no_years(make_solution, regions, make_transfer):
    solution = make_solution("neu")
    make_transfer(solution, regions["02"])
    assert years_of(solution, TODAY) == []


def test_the_map_of_a_year_shows_what_was_in_use_then(client, solution):
    def used(query: str) -> int:
        svg = client.get(f"/loesungen/llmoin/karte.svg{query}").text
        return sum(path.count("h0") for path in re.findall(r'class="used"[^>]*d="([^"]*)"', svg))

    assert [used(query) for query in ("", "?jahr=2022", "?jahr=2023", "?jahr=2024", "?jahr=2025")] == [2, 0, 1, 2, 1]


def test_the_page_links_each_year_and_shows_the_one_asked_for(client, solution):
    response = client.get(URL, {"jahr": "2024", "fuer": "07111"})
    assert response.context["year"] == 2024
    assert 'src="/loesungen/llmoin/karte.svg?jahr=2024"' in response.text
    assert 'href="?jahr=2023&amp;fuer=07111#karte"' in response.text
    assert "Ende 2024 in 2 Regionen im Einsatz" in response.text
    assert re.findall(r'#karte" aria-current="true">([^<]*)<', response.text) == ["2024"]


def test_use_since_an_unknown_day_is_said_beside_the_years(client, solution):
    response = client.get(URL)
    assert response.context["undated"] == 1
    assert "In 1 weiteren Region ist sie heute im Einsatz" in response.text


@pytest.mark.parametrize("text", ["", "2027", "abcd", "1989", "20240", "²⁰²⁴", "-202", "0000", "\0", str(TODAY.year)])
def test_any_other_year_means_today(text):
    assert year_asked(text, TODAY) is None


@pytest.mark.parametrize("year", ["1995", "9999", "%00", "x", "2024&jahr=1"])
def test_broken_years_give_the_page_of_today(client, solution, year):
    response = client.get(f"{URL}?jahr={year}")
    assert (response.status_code, response.context["year"]) == (200, None)
    assert client.get(f"/loesungen/llmoin/karte.svg?jahr={year}").status_code == 200


def test_this_year_is_today(client, solution):
    assert client.get(URL, {"jahr": timezone.localdate().year}).context["year"] is None


def test_a_bar_shows_how_each_part_was_reached_and_the_numbers_say_the_same(client, solution):
    rows = {row.key: row for row in client.get(URL).context["coverage"].states}
    assert [tuple(part) for part in rows["02"].bar] == [("direct", "0", "1000")]
    assert [tuple(part) for part in rows["07"].bar] == [("direct", "0", "500"), ("coming", "500", "500")]
