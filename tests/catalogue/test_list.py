"""A civil servant looks through the list of solutions."""

import re

import pytest
from django.urls import reverse

URL = "/loesungen/"


def titles(response) -> list[str]:
    return re.findall(r'class="card__title"><a\s+href="[^"]+">(.*?)</a>', response.text)


def spreads(response) -> list[str]:
    """What each card says of the use, for all readers."""
    found = [re.search(r'<p class="card__spread">(.*?)</p>', card.html) for card in response.context["cards"]]
    return [words[1] if words else "" for words in found]


def nearest(response) -> list[str]:
    """What each card says to the reader's region."""
    return [card.near.sentence if card.near else "" for card in response.context["cards"]]


def between(html: str, begin: str, end: str) -> str:
    return html[html.index(begin) : html.index(end) + len(end)]


@pytest.fixture
def some(regions, fields, make_solution, make_transfer, draft):
    llmoin = make_solution("llmoin", title="LLMoin", fields=(fields["ki"],), licence="MIT")
    zms = make_solution("zms", title="Ämterplan", fields=(fields["cloud"],))
    make_transfer(llmoin, regions["071375002086"])
    make_transfer(llmoin, regions["07137"])
    make_transfer(llmoin, regions["02"], stage="agreed")
    return [llmoin, zms]


def test_the_list_shows_published_solutions_in_german_order_and_never_a_draft(client, some):
    response = client.get(URL)
    assert titles(response) == ["Ämterplan", "LLMoin"]
    assert "Geheimer Entwurf" not in response.text


def test_a_card_says_where_it_is_used_and_where_it_comes_to(client, some):
    response = client.get(URL)
    assert spreads(response) == ["", "im Einsatz in 2 Kommunen; kommt in 1 Land"]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("071375002086", "bei Ihnen im Einsatz"),
        ("07137", "bei Ihnen im Einsatz"),
        ("020000000000", "kommt zu Ihnen"),
        ("07", "in Ihrer Region: Polch"),
        ("071375002", "Landkreis Mayen-Koblenz nutzt sie"),
    ],
)
def test_the_list_is_seen_from_the_readers_region(client, some, key, words):
    response = client.get(URL, {"fuer": key})
    assert nearest(response) == ["", words]
    assert f">{words}</p>" in response.text


def test_the_nearest_use_is_named_with_its_distance(client, some, regions):
    regions["07111"].lat = 50.5  # some 22 km north of the others
    regions["07111"].save()
    regions["07137"].lat = 50.2
    regions["07137"].save()
    response = client.get(URL, {"fuer": "07111"})
    assert nearest(response)[1] == "nächste: Polch, 22 km"


def test_a_typed_region_works_without_javascript(client, some, regions):
    regions["071375002086"].search_text = " = polch ; +"
    regions["071375002086"].save()
    assert client.get(URL, {"fuer": "Polch"}).context["fuer"].key == "071375002086"


def test_an_unknown_region_is_said_to_be_unknown(client, some):
    response = client.get(URL, {"fuer": "Atlantis"})
    assert response.context["fuer"] is None
    assert "Diese Region haben wir nicht gefunden" in response.text


def test_the_fragment_equals_the_page_loaded_fresh(client, some):
    query = {"handlungsfeld": "ki", "fuer": "07137"}
    page = client.get(URL, query).text
    swap = client.get(URL, query, headers={"HX-Request": "true"})
    assert between(swap.text, '<form id="liste"', "</form>") == between(page, '<form id="liste"', "</form>")
    hits = re.search(r'id="treffer"[^>]*>\s*(.*?)\s*</p>', swap.text, re.S)[1]
    assert hits == re.search(r'id="treffer"[^>]*>\s*(.*?)\s*</p>', page, re.S)[1] == "1 Lösung"
    assert swap.headers["HX-Push-Url"] == "/loesungen/?fuer=07137&handlungsfeld=ki"
    assert "<html" not in swap.text


def test_page_and_fragment_are_never_taken_for_each_other(client, some):
    assert "HX-Request" in client.get(URL).headers["Vary"]


def test_nothing_found_shows_a_way_on(client, some):
    response = client.get(URL, {"q": "gibtesnicht"})
    assert titles(response) == []
    assert "Keine Lösung passt zu Ihrer Suche" in response.text
    assert reverse("exploration_list") in response.text
    assert [(way.words, way.count, way.url) for way in response.context["ways_on"]] == [
        ("ohne das Suchwort „gibtesnicht“", 2, "?")
    ]


def test_nothing_found_says_how_many_each_step_back_would_find(client, some):
    response = client.get(URL, {"region": "07111", "handlungsfeld": "ki"})
    assert [(way.words, way.count, way.url) for way in response.context["ways_on"]] == [
        ("im größeren Gebiet Rheinland-Pfalz", 1, "?handlungsfeld=ki&region=07"),
        ("ohne „Koblenz“", 1, "?handlungsfeld=ki"),
    ]
    for way in response.context["ways_on"]:
        assert client.get(f"{URL}{way.url}").context["total"] == way.count


def test_words_of_a_visitor_are_shown_as_text(client, some):
    response = client.get(URL, {"q": "<script>alert(1)</script>{{ 7 }}"})
    assert "<script>alert" not in response.text
    assert "{{ 7 }}" in response.text


def test_pages_have_twenty_and_a_page_too_far_is_the_last(client, make_solution):
    for n in range(25):
        make_solution(f"loesung-{n:02}")
    assert len(titles(client.get(URL))) == 20
    assert len(titles(client.get(URL, {"seite": "2"}))) == 5
    for page in ("1000000000", "9" * 400):
        assert client.get(URL, {"seite": page}).context["page"].number in (1, 2)


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=%ED%A0%80", "seite=-1", "seite=abc", "seite=%00", "fuer=%00", "fuer=" + "9" * 500, "fuer[]=07",
        "region=07&region=%00", "phase=a&phase=b", "sortierung=x", "q=" + "a+" * 4000, "fuer=" + "x" * 5000,
    ],
)  # fmt: skip
def test_broken_questions_give_a_page(client, some, query):
    assert client.get(f"{URL}?{query}").status_code == 200


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("", 2),
        ("fuer=07137&handlungsfeld=cloud&region=07&region=07137&aehnlich=07111&geaendert_seit=2020-01-01", 4),
        ("q=ein&sortierung=name", 4),
        ("q=ein", 5),
        ("q=ein&fuer=07137&region=07137&handlungsfeld=cloud", 6),
        ("region=07111&handlungsfeld=cloud", 5),  # nothing found: the regions around it are asked as well
    ],
)
def test_the_statements_of_the_list_have_a_limit_and_are_as_many_with_one_and_with_eight(
    client, regions, fields, make_solution, make_transfer, django_assert_max_num_queries, query, limit, settings
):
    """All after a change, with nothing kept: what changed, the places, the words, the sets, the best, the cards."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("PageCacheMiddleware")]
    found = "region=07111" not in query
    for n in range(8):
        solution = make_solution(f"ein-{n}", fields=tuple(fields.values()), licence="MIT")
        make_transfer(solution, regions["071375002086"])
        if "aehnlich" in query:
            make_transfer(solution, regions["07137"])
        if n in (0, 7):
            with django_assert_max_num_queries(limit):
                assert client.get(f"{URL}?{query}").context["total"] == (n + 1 if found else 0)


def test_a_field_of_action_has_its_page(client, some, fields):
    response = client.get("/handlungsfelder/ki/")
    assert set(titles(response)) == {"LLMoin"}
    assert client.get("/handlungsfelder/gibtesnicht/").status_code == 404
