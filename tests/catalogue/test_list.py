"""A civil servant looks through the list of solutions."""

import re

import pytest
from django.urls import reverse

URL = "/loesungen/"


def titles(response) -> list[str]:
    return [card["solution"].title for card in response.context["cards"]]


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
    assert [card["spread"] for card in response.context["cards"]] == [
        "",
        "im Einsatz in 2 Kommunen; kommt in 1 Land",
    ]


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
    assert response.context["cards"][1]["spread"].split("; ")[-1] == words


def test_the_nearest_use_is_named_with_its_distance(client, some, regions):
    regions["07111"].lat = 50.5  # some 22 km north of the others
    regions["07111"].save()
    regions["07137"].lat = 50.2
    regions["07137"].save()
    response = client.get(URL, {"fuer": "07111"})
    assert response.context["cards"][1]["spread"].endswith("; nächste: Polch, 22 km")


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


@pytest.mark.parametrize("query", ["", "q=ein&fuer=07137&handlungsfeld=cloud&region=07&sortierung=verbreitung"])
def test_the_list_takes_at_most_four_statements_with_one_and_with_thirty(
    client, regions, fields, make_solution, make_transfer, django_assert_max_num_queries, query, settings
):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("PageCacheMiddleware")]
    for n in range(30):
        solution = make_solution(f"ein-{n}", fields=tuple(fields.values()), licence="MIT")
        make_transfer(solution, regions["071375002086"])
        if n in (0, 29):
            with django_assert_max_num_queries(4):
                assert client.get(f"{URL}?{query}").context["total"] == n + 1


def test_a_field_of_action_has_its_page(client, some, fields):
    response = client.get("/handlungsfelder/ki/")
    assert titles(response) == ["LLMoin"]
    assert client.get("/handlungsfelder/gibtesnicht/").status_code == 404
