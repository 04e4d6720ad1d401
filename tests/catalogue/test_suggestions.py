"""While somebody types, the portal offers what they may mean."""

import pytest

from members.models import Organisation

URL = "/suche/vorschlaege/"


@pytest.fixture
def some(regions, make_solution, make_transfer, draft):
    for region in regions.values():  # as load_regions writes it
        region.search_text = f" = {region.label.lower()} ; +"
        region.save()
    make_transfer(make_solution("kaefer", title="Bauplan Käferstadt"), regions["02"])
    make_solution("bau", title="Bauantrag digital", summary="Stellt Anträge.")
    make_solution("um", title="Umbau-Überblick")
    Organisation.objects.create(slug="bauamt", name="Bauamt Polch", kind="municipal", region=regions["071375002086"])


def offered(client, typed: str) -> dict[str, list[str]]:
    return {
        group["label"]: [option["label"] for option in group["options"]]
        for group in client.get(URL, {"q": typed}).json()["groups"]
    }


def test_solutions_come_by_spread_then_regions_and_organisations(client, some):
    assert offered(client, "bau") == {
        "Lösungen": ["Bauplan Käferstadt", "Bauantrag digital"],
        "Organisationen": ["Bauamt Polch"],
    }
    assert offered(client, "Polch") == {"Regionen": ["Polch"], "Organisationen": ["Bauamt Polch"]}


@pytest.mark.parametrize("typed", ["käf", "kaef", "KÄFER", "bau käfer", "plan kä"])
def test_words_are_found_from_their_beginning_in_any_spelling(client, some, typed):
    wanted = [] if typed == "plan kä" else ["Bauplan Käferstadt"]
    assert offered(client, typed).get("Lösungen", []) == wanted


def test_an_option_says_where_it_leads(client, some):
    (group,) = client.get(URL, {"q": "bauantrag"}).json()["groups"]
    assert group["options"] == [{"label": "Bauantrag digital", "detail": "Stellt Anträge.", "url": "/loesungen/bau/"}]


@pytest.mark.parametrize("typed", ["", "b", " b ", "geheimer", "\0", "a & | ! :*", "'", "🙂🙂", "%%", "_" * 9000])
def test_nothing_is_offered_for_too_little_for_drafts_and_for_what_is_no_word(client, some, typed):
    assert offered(client, typed) == {}


def test_it_is_the_same_for_everybody_and_kept(client, some, django_assert_num_queries):
    first = client.get(URL, {"q": "bau"})
    assert "ETag" in first.headers
    assert not first.cookies
    with django_assert_num_queries(1):  # the version
        assert client.get(URL, {"q": "bau"}).content == first.content
