"""What one saw in a list is what one is told of: columns and FilterSet choose the same rows, for every filter."""

import random
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from catalogue.actions import record_transfer
from catalogue.filters import SOVEREIGNTY, ArrivalFilter, SolutionFilter, like
from catalogue.models import Arrival, FieldOfAction, Solution, Transfer
from catalogue.search import index_solutions
from members.models import Organisation, Region
from procurement.filters import ExplorationFilter, TenderFilter
from procurement.models import MarketExploration, Tender
from subscriptions.actions import Wish, announce, renew_wishes
from subscriptions.filters import COLUMNS, DROPPED, PLACES, filter_of, known_names, saved
from subscriptions.matching import would_have_told
from subscriptions.models import Announcement, Notification, Subscription
from subscriptions.news import NewsKind
from subscriptions.wording import value_in_words

pytestmark = pytest.mark.django_db
REFUSED = {"geaendert_seit"}  # a moment is no wish
LIVE = {"stage": "live", "verification": "verified", "evidence": "Vertrag"}
WORDS = ["Bauantrag", "Assistenz", "Kita", "Formular", "Straßen", "Daten"]


def pairs(rows) -> set[tuple[int, int]]:
    return {(row.solution_id, row.region_id) for row in rows}


def some(dice: random.Random, values: list[str]) -> list[str]:
    return dice.sample(values, dice.randint(0, min(2, len(values))))


@pytest.fixture
def solutions(regions, editor) -> list[Solution]:
    """Thirty with random facts, each announced, with uses of every kind."""
    dice = random.Random(20261124)  # noqa: S311
    fields = [FieldOfAction.objects.create(slug=slug, name=slug) for slug in ("ki", "cloud", "analytics")]
    made = []
    for number in range(30):
        solution = Solution.objects.create(
            slug=f"s{number}", title=" ".join(some(dice, WORDS)) or f"Werkzeug {number}", number=1,
            summary=" ".join(some(dice, WORDS)) or "Kurz.", editorial_status="published",
            published_at=timezone.now(), changed_at=timezone.now(),
            campus_stage=dice.choice(Solution.Stage.values), levels=some(dice, Solution.Level.values),
            operating_models=some(dice, Solution.OperatingModel.values), is_ai=dice.random() < 0.5,
            licence=dice.choice(["", "MIT", "EUPL-1.2", "proprietary"]), source_url=dice.choice(["", "https://x.example"]),
            data_location=dice.choice(["", "Deutschland", "EU", "USA", "Deutschland, Wartung aus den USA"]),
        )  # fmt: skip
        solution.fields_of_action.set(some(dice, fields))
        for region in some(dice, [regions[key] for key in ("07137", "07111", "02")]):
            Transfer.objects.create(
                solution=solution, region=region, stage=dice.choice(["live", "interest"])
            )  # fmt: skip
        made.append(solution)
    for solution in made[::3]:
        record_transfer(solution=solution, region=regions["07"], by=editor, **LIVE)
    index_solutions(Solution.objects.all())
    now = timezone.now() - timedelta(minutes=1)
    Announcement.objects.bulk_create(
        Announcement(kind="solution_published", fact_key=str(one.pk), occurred_at=now, solution=one) for one in made
    )
    return made


def told_by(query: str, **more) -> set[Announcement]:
    """What a subscription with the list's very query would have told."""
    found = saved(QueryDict(query))
    assert found.refused == []
    ids = would_have_told(now=timezone.now(), wishes=[Wish(**found.columns, **more).subscription()])
    return set(Announcement.objects.filter(pk__in=ids))


QUERIES = [
    "", *(f"phase={value}" for value in Solution.Stage.values), "phase=usable&phase=scaling",
    *(f"ebene={value}" for value in Solution.Level.values), "level=federal", "handlungsfeld=ki",
    "handlungsfeld=ki&handlungsfeld=cloud", "lizenz=MIT", "lizenz=proprietary&lizenz=EUPL-1.2",
    *(f"betriebsmodell={value}" for value in Solution.OperatingModel.values), "ki=ja", "ki=nein", "ki=ja&ki=nein",
    *(f"pruefstatus={value}" for value in Transfer.Verification.values),
    *(f"souveraenitaet={value}" for value in SOVEREIGNTY), "souveraenitaet=offene-lizenz&souveraenitaet=quelltext",
    *(f"q={word}" for word in WORDS), "q=bauantraege", "q=Straße+Daten", "q=assistentz",
    "q=der+die+das", "q=gibtesnicht",
    "q=Daten&ki=ja&lizenz=MIT&lizenz=EUPL-1.2&sortierung=name&seite=3&fuer=07137",
]  # fmt: skip


def test_every_filter_of_solutions_chooses_the_same_rows(solutions):
    for query in QUERIES:
        listed = SolutionFilter(QueryDict(query), queryset=Solution.objects.published())
        assert listed.is_valid(), query
        assert {one.solution_id for one in told_by(query)} == {row.pk for row in listed.qs}, query


def test_a_region_chooses_the_same_arrivals(regions, solutions, editor):
    for number, region in enumerate(sorted({region.counted() for region in regions.values()}, key=lambda r: r.key)):
        free = [one for one in solutions if not one.transfers.filter(region=region)]
        record_transfer(solution=free[number], region=region, by=editor, **LIVE)
    for arrival in Arrival.objects.all():
        Announcement.objects.create(
            kind="arrival", fact_key=str(arrival.pk), occurred_at=timezone.now(), solution=arrival.solution,
            region=arrival.region,
        )  # fmt: skip
    for key in ("de", "07", "07137", "071375002086", "02"):
        (region,) = saved(QueryDict(f"region={key}")).regions
        listed = ArrivalFilter(QueryDict(f"region={key}"), queryset=Arrival.objects.public()).qs
        told = told_by("", kinds=["arrival"], region=region, directions=["this", "within"])
        assert pairs(told) == pairs(listed)
        alike = told_by("", kinds=["arrival"], region=region, directions=["like_sized"])
        assert pairs(alike) == pairs(Arrival.objects.filter(like([region])))


def test_filters_of_explorations_and_tenders_choose_the_same_rows(regions, solutions):
    now = timezone.now()
    buyers = [Organisation.objects.create(slug=f"amt{n}", name=f"Amt für {word}") for n, word in enumerate(WORDS)]
    for number, buyer in enumerate(buyers):
        exploration = MarketExploration.objects.create(
            slug=f"e{number}", title=f"Suche {WORDS[-number]}", summary="Kurz.", need="Straße\nund Ort", buyer=buyer,
            opened_at=now, responses_due_at=now + timedelta(days=9),
        )  # fmt: skip
        exploration.joint_buyers.add(buyers[number - 1])
        exploration.fields_of_action.set(FieldOfAction.objects.filter(slug=("ki", "cloud")[number % 2]))
        tender = Tender.objects.create(
            slug=f"t{number}",
            title=f"Kauf {WORDS[-number]}",
            buyer=buyer,
            status="announced",
            notice_id=f"26/{number}",
        )
        for kind, about in (
            ("exploration_opened", {"exploration": exploration}),
            ("tender_awarded", {"tender": tender}),
        ):
            Announcement.objects.create(kind=kind, fact_key=f"{number}", occurred_at=now, **about)
    for query in (
        "q=suche", "q=STRASSE", "q=straße+ort", "q=amt+daten", "auftraggeber=amt2", "handlungsfeld=ki", "q=26/3",
        "buyer=amt1&q=kita&zustand=offen",
    ):  # fmt: skip
        open_ones = MarketExploration.objects.with_state_at(timezone.now())
        listed = ExplorationFilter(QueryDict(query), queryset=open_ones)
        told = told_by(query, kinds=["exploration_opened"])
        assert {one.exploration_id for one in told} == {row.pk for row in listed.qs}, query
    for query in ("q=kauf", "q=26/3", "auftraggeber=amt3", "q=amt+formular", "handlungsfeld=cloud"):
        told = told_by(query, kinds=["tender_awarded"])
        listed = TenderFilter(QueryDict(query), queryset=Tender.objects.announced())
        assert {one.tender_id for one in told} == {row.pk for row in listed.qs}, query


def test_every_filter_of_the_lists_has_a_place_or_is_refused():
    assert known_names() | {"seite"} == {*COLUMNS, *PLACES, *DROPPED, *REFUSED}
    assert set(COLUMNS.values()) <= set(Subscription.SAME)


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ("phase=quatsch", ["phase=quatsch"]),
        ("handlungsfeld=gibtesnicht", ["handlungsfeld=gibtesnicht"]),
        ("geaendert_seit=2026-01-01", ["geaendert_seit=2026-01-01"]),
        ("lizenz=" + "x" * 300, ["lizenz=" + "x" * 40]),
        ("utm_source=brief&seite=2", []),
        ("lizenz=" + "&lizenz=".join(f"{n:0100}" for n in range(20)), ["zu viele Filter auf einmal"]),
    ],
)
def test_what_cannot_be_kept_is_named(query, refused):
    assert saved(QueryDict(query)).refused == refused


def test_a_list_is_followed_in_two_fields(client, solutions, regions):
    query = "q=Daten&lizenz=MIT&ki=ja&region=07137&region=02&sortierung=name"
    page = client.get(f"/abo/?{query}")
    for name, value in (("q", "Daten"), ("lizenz", "MIT"), ("ki", "ja")):
        assert f'name="{name}" value="{value}" checked' in page.content.decode()
    form = page.context["form"]
    assert [words for _, _, words in form.carried] == ["Lizenz MIT", "KI-System", "Suche „Daten“"]
    sent = {"email": "rathaus@polch.example", "haeufigkeit": "daily", "q": "Daten", "lizenz": "MIT", "ki": "ja",
            "region": form.initial["region"], "region_key": form.initial["region_key"],
            "weitere": form.initial["weitere"]}  # fmt: skip
    assert client.post("/abo/", sent).status_code == 302

    kept = list(Subscription.objects.order_by("region__key"))
    assert [(one.region.key, one.frequency) for one in kept] == [("02", "daily"), ("07137", "daily")]
    assert {(one.words, tuple(one.licences), tuple(one.ai)) for one in kept} == {("Daten", ("MIT",), ("ja",))}
    assert filter_of(kept[0]) == [("lizenz", "MIT"), ("ki", "ja"), ("q", "Daten")]


def test_a_wrong_filter_is_an_error_and_writes_nothing(client, db):
    answer = client.post("/abo/", {"email": "rathaus@polch.example", "phase": "quatsch"})
    assert (answer.status_code, Subscription.objects.count()) == (200, 0)
    assert "Diesen Filter kennen wir nicht: phase=quatsch." in answer.content.decode()


def test_the_fan_out_tells_whom_the_saved_filter_means(solutions, subscribe, settings, regions, editor):
    settings.UNDO_SECONDS = 0
    subscribe("alle@polch.example")
    subscribe("mit@polch.example", licences=["MIT"])
    subscribe("nie@polch.example", licences=["GPL-3.0-only"])
    solution = next(one for one in solutions if one.licence == "MIT")
    solution.transfers.filter(region=regions["07111"]).delete()
    record_transfer(solution=solution, region=regions["07111"], by=editor, **LIVE)
    announce()
    last = Announcement.objects.filter(kind="arrival", solution=solution, region=regions["07111"])
    told = Notification.objects.filter(announcement__in=last).values_list("subscriber__email", flat=True)
    assert set(told) == {"alle@polch.example", "mit@polch.example"}


def make_row(key: str, lon: float, people: int = 7000) -> Region:
    return Region.objects.create(
        key=key, kind="municipality", name=key, label=key, population=people, sort_key=key, lon=lon, lat=50.3
    )


def test_neighbours_are_the_eight_nearest_and_are_renewed_when_one_ends(regions):
    towns = [make_row(f"0713750023{n:02}", 7.4 + n / 100) for n in range(1, 12)]
    wish = Wish(region=regions["071375002086"], directions=["neighbours"]).subscription()
    assert wish.neighbours == [town.pk for town in towns[:8]]

    kept = Subscription.objects.create(subscriber_id=_subscriber(), kinds=["arrival"], region=wish.region,
                                       directions=["neighbours"], neighbours=wish.neighbours)  # fmt: skip
    assert renew_wishes() == 0
    Region.objects.filter(pk=towns[0].pk).update(valid_until="2026-01-01")
    assert renew_wishes() == 1
    kept.refresh_from_db()
    assert kept.neighbours == [town.pk for town in towns[1:9]]


def test_words_are_understood_anew_when_the_search_learns(db):
    kept = Subscription.objects.create(subscriber_id=_subscriber(), kinds=["arrival"], words="Bauantrag")
    assert (kept.query, renew_wishes(), renew_wishes()) == (None, 1, 0)
    kept.refresh_from_db()
    assert "bauantrag" in kept.query.lower()


def test_every_value_has_words():
    for name, value in (("phase", "usable"), ("ebene", "kommune"), ("q", "Amt"), ("auftraggeber", "fehlt")):
        assert value_in_words(name, value)


def _subscriber() -> int:
    return Subscription.subscriber.field.related_model.objects.create(email="a@b.example").pk


def test_kinds_are_stored_by_their_value():
    assert set(NewsKind.values) == set(Wish().columns()["kinds"])
