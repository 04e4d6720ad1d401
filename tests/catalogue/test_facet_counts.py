"""The counts beside the list are the truth: over catalogues of chance, after changes, for every question."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.facets.bits import flags_of, from_ids, from_packed, ids_of
from catalogue.facets.index import FEW, ORDERS, FacetIndex, current
from catalogue.facets.options import facets_of
from catalogue.facets.questions import Answers, used_in, used_in_ones_like
from catalogue.filters import SolutionFilter, SolutionPageFilter
from catalogue.models import Solution, Transfer
from members.models import Region

LICENCES = ["", "MIT", "EUPL-1.2", "proprietary", "MIT OR Apache-2.0"]
PLACES = ["", "Deutschland", "Rechenzentren in der EU", "Deutschland, Wartung aus den USA", "weltweit"]
QUESTIONS = {
    "handlungsfeld": ["ki", "cloud", "open-source"], "phase": list(Solution.Stage.values), "ebene": ["bund", "kommune"],
    "lizenz": LICENCES[1:], "betriebsmodell": ["saas", "efa"], "ki": ["ja", "nein"],
    "souveraenitaet": ["offene-lizenz", "quelltext", "daten-eu"], "pruefstatus": ["verified", "unverified"],
    "region": ["07", "de", "07137", "02", "07111"], "aehnlich": ["07111", "07137"], "q": ["eins", "zwei"],
}  # fmt: skip


@pytest.fixture
def dice() -> random.Random:
    return random.Random(2026)


@pytest.fixture
def by_chance(regions, fields, make_solution, make_transfer, dice):
    """Solutions and uses that nobody has chosen."""

    def make(n: int) -> Solution:
        solution = make_solution(
            f"l-{n}", title=f"{dice.choice(['Eins', 'Zwei', 'Ähre'])} {n % 7}", is_ai=dice.random() < 0.3,
            fields=tuple(dice.sample(list(fields.values()), dice.randint(0, 3))), licence=dice.choice(LICENCES),
            levels=dice.sample(Solution.Level.values, dice.randint(0, 3)), data_location=dice.choice(PLACES),
            operating_models=dice.sample(Solution.OperatingModel.values, dice.randint(0, 2)),
            campus_stage=dice.choice(Solution.Stage.values), source_url=dice.choice(["", "https://quelle.example"]),
            editorial_status=dice.choices(["published", "archived"], [9, 1])[0],
            published_at=timezone.now() - timedelta(days=dice.randint(1, 9)),
        )  # fmt: skip
        for key in dice.sample(["", "07", "07137", "071375002086", "07111", "02"], dice.choice([0, 0, 1, 3])):
            stage = dice.choice(["live", "agreed", "interest", "ended"])
            make_transfer(solution, regions[key], stage, verification=dice.choice(["verified", "unverified"]))
        return solution

    return make


def asked_for(query: str) -> SolutionPageFilter:
    return SolutionPageFilter(QueryDict(query), queryset=Solution.objects.published())


def slugs(query: str) -> set[str]:
    """By SQL, the long way."""
    return set(
        SolutionFilter(QueryDict(query), queryset=Solution.objects.published()).qs.values_list("slug", flat=True)
    )


def question(dice: random.Random) -> list[tuple[str, str]]:
    names = dice.sample(list(QUESTIONS), dice.randint(0, 3))
    return [
        (name, value)
        for name in names
        for value in dice.sample(QUESTIONS[name], 1 if name == "q" else dice.randint(1, 2))
    ]


def encoded(pairs: list[tuple[str, str]]) -> str:
    made = QueryDict(mutable=True)
    for name, value in pairs:
        made.appendlist(name, value)
    return made.urlencode()


def test_every_count_of_every_question_equals_the_list_behind_it(by_chance, dice, regions):
    for n in range(40):
        by_chance(n)
    for _ in range(10):
        pairs = question(dice)
        asked, koblenz = asked_for(encoded(pairs)), regions["07111"]
        answers = Answers(current(), asked, [used_in(koblenz), used_in_ones_like(koblenz)])
        assert answers.without().bit_count() == len(slugs(encoded(pairs))), pairs
        for facet in facets_of(asked, answers, koblenz):
            for option in dice.sample(facet["options"], min(4, len(facet["options"]))):
                others = [pair for pair in pairs if pair[0] != option["name"]]
                click = encoded([*others, (option["name"], option["value"])])
                assert option["count"] == len(slugs(click)), click


def test_what_has_changed_is_counted_anew_and_in_its_place(by_chance, dice, regions, fields):
    made = [by_chance(n) for n in range(25)]
    before = current()
    now = timezone.now()
    Solution.objects.filter(pk=made[0].pk).update(title="Aaa", campus_stage="retired", changed_at=now)
    Solution.objects.filter(pk__in=[made[1].pk, made[2].pk]).update(editorial_status="archived", changed_at=now)
    Transfer.objects.filter(solution=made[3]).update(stage="ended", changed_at=now)
    Transfer.objects.create(solution=made[4], region=regions["02"], stage="live")
    by_chance(99)
    caught_up, anew = current(), FacetIndex.built()
    assert caught_up is not before
    for index in (caught_up, anew):
        assert index.public.bit_count() == Solution.objects.published().count()
    assert (caught_up.values, caught_up.orders, caught_up.facts) == (anew.values, anew.orders, anew.facts)


def test_a_field_of_action_with_another_name_is_shown_so_at_once(by_chance, fields, client):
    by_chance(1)
    client.get("/loesungen/")
    fields["ki"].name = "Kluge Maschinen"
    fields["ki"].save()
    assert "Kluge Maschinen" in client.get("/loesungen/?handlungsfeld=ki").text


def test_nothing_is_read_again_while_nothing_changes(by_chance):
    by_chance(1)
    index = current()
    with CaptureQueriesContext(connection) as statements:
        assert current(index.stand.version) is index
    assert len(statements) == 0


def test_pages_in_every_order_are_those_of_sql_to_the_last(by_chance, monkeypatch):
    for n in range(30):
        by_chance(n)
    index = current()
    found = index.having("ki", ["nein"])
    for order in ORDERS:
        rows = SolutionFilter(QueryDict(f"sortierung={order}&ki=nein"), queryset=Solution.objects.published())
        wanted = list(rows.qs.values_list("pk", flat=True))
        for few in (0, FEW):  # picked from the sorted list of all, and sorted
            monkeypatch.setattr("catalogue.facets.index.FEW", few)
            pages = [one for begin in range(0, 40, 7) for one in index.page(found, order, begin, 7)]
            assert pages == wanted, (order, few)
        assert index.page(index.public, order, 0, 99) == index.orders[order]


def test_the_regions_of_like_size_are_others_of_the_same_kind(regions, make_solution, make_transfer):
    Region.objects.create(key="07138", kind="district", name="Neuwied", label="Neuwied", population=180000,
                          sort_key="neuwied", search_text="neuwied")  # fmt: skip
    make_transfer(make_solution("da"), regions["07137"])
    make_transfer(make_solution("dort"), Region.objects.get(key="07138"))
    make_transfer(make_solution("land"), regions["07"])
    assert slugs("aehnlich=07137") == {"dort"}
    assert slugs("aehnlich=07138") == {"da"}


def test_a_set_of_solutions_keeps_what_was_put_in(dice):
    for ids in ([], [0], [1, 5, 64], sorted(dice.sample(range(5000), 900))):
        bits = from_ids(ids)
        assert (ids_of(bits), bits.bit_count()) == (ids, len(ids))
        assert [place for place, flag in enumerate(flags_of(bits, 6000)) if flag] == ids
        assert from_packed(b"".join(one.to_bytes(4, "big") for one in ids)) == bits
