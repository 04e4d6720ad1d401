"""A reader's browser asks how near the solutions of a list are; the list itself stays the same for all."""

import pytest

URL = "/loesungen/naehe/"


@pytest.fixture
def some(regions, fields, make_solution, make_transfer):
    here = make_solution("hier", title="Hier", fields=(fields["ki"],))
    near = make_solution("nah", title="Nah")
    make_solution("nie", title="Nie")
    make_transfer(here, regions["07137"])
    make_transfer(near, regions["07111"], stage="agreed")


def test_each_card_with_a_use_is_told_how_near(client, some):
    answer = client.get(URL, {"fuer": "07137"}).json()
    assert answer["region"] == {"key": "07137", "name": "Landkreis Mayen-Koblenz"}
    assert answer["cards"] == {
        "hier": {"kind": "here", "sentence": "bei Ihnen im Einsatz"},
        "nah": {"kind": "away", "sentence": "nächste: Koblenz, unter 1 km"},
    }


def test_it_says_what_the_same_list_would_find_for_this_region_alone(client, some):
    answer = client.get(URL, {"fuer": "07137", "phase": "identified"}).json()
    assert [(way.get("count"), way["url"]) for way in answer["narrow"]] == [
        (1, "/loesungen/?phase=identified&region=07137"),
        (1, "/loesungen/?aehnlich=07137&phase=identified"),
        (None, "/loesungen/?fuer=07137&phase=identified&sortierung=naehe"),
    ]
    for way in answer["narrow"][:2]:
        assert client.get(way["url"]).context["total"] == way["count"]


def test_it_follows_the_filters_and_the_page(client, some, make_solution):
    assert set(client.get(URL, {"fuer": "07137", "handlungsfeld": "ki"}).json()["cards"]) == {"hier"}
    for n in range(20):
        make_solution(f"a-{n}", title=f"A {n}")
    assert set(client.get(URL, {"fuer": "07137", "seite": "2"}).json()["cards"]) == {"hier", "nah"}


@pytest.mark.parametrize("key", ["", "99", "\0", "x" * 5000, "Atlantis"])
def test_an_unknown_region_is_told_nothing(client, some, key):
    assert client.get(URL, {"fuer": key}).json() == {"region": None, "cards": {}, "narrow": []}


def test_the_nearest_come_first_when_asked_then_the_most_widespread(client, some, regions, make_transfer):
    polch, koblenz = regions["071375002086"], regions["07111"]
    koblenz.lat = 51
    koblenz.save()
    cards = client.get("/loesungen/", {"fuer": polch.key, "sortierung": "naehe"}).context["cards"]
    assert [(card.slug, card.near and card.near.kind) for card in cards] == [
        ("hier", "above"), ("nah", "away"), ("nie", None),
    ]  # fmt: skip
    assert [order["label"] for order in client.get("/loesungen/").context["orders"]] == [
        "Name",
        "Neueste",
        "Verbreitung",
    ]


def test_the_list_itself_is_the_same_for_all_readers(client, some):
    plain = client.get("/loesungen/").text
    assert "bei Ihnen im Einsatz</p>" not in plain
    assert 'data-address="/loesungen/"' in plain


def test_with_the_region_in_the_address_the_page_says_it_without_javascript(client, some):
    page = client.get("/loesungen/", {"fuer": "07137"})
    assert '<p class="near near--here">bei Ihnen im Einsatz</p>' in page.text
    assert '<input type="hidden" name="fuer" value="07137">' in page.text
    assert "in Kreisen so groß wie Landkreis Mayen-Koblenz" in page.text


def test_the_statements_are_few_and_as_many_with_eight(
    client, some, make_solution, make_transfer, regions, settings, django_assert_max_num_queries
):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("PageCacheMiddleware")]
    for n in range(8):
        make_transfer(make_solution(f"viel-{n}"), regions["07111"])
        if n in (0, 7):
            with django_assert_max_num_queries(4):
                client.get(URL, {"fuer": "07137"})
