"""The list says what it did with the words: mended them, or took some for all."""

import pytest

from catalogue.search import find


@pytest.fixture
def some(make_solution):
    make_solution("wohngeld", title="Wohngeldantrag", summary="Ein Satz.")
    make_solution("melder", title="Melder", summary="Erkennt Schäden auf Fotos.")


def slugs(response) -> list[str]:
    return [card.slug for card in response.context["cards"]]


def test_the_corrected_results_are_shown_at_once_and_it_is_said(client, some):
    response = client.get("/loesungen/?q=Wongeld")
    assert slugs(response) == ["wohngeld"]
    assert "„<strong>Wohngeld</strong>“" in response.text


def test_where_nothing_has_all_words_what_has_some_is_shown_and_it_is_said(client, some):
    said = "Keine Lösung hat alle diese Wörter."
    loose = client.get("/loesungen/?q=Wohngeld+Fotos")
    assert (sorted(slugs(loose)), said in loose.text) == (["melder", "wohngeld"], True)
    strict = client.get("/loesungen/?q=Schäden+Fotos")
    assert (slugs(strict), said in strict.text) == (["melder"], False)
    none = client.get("/loesungen/?q=xyzzy+plugh")
    assert (slugs(none), said in none.text) == ([], False)


def test_machines_get_only_what_has_all_words(client, some):
    assert client.get("/api/v1/solutions/?q=Wohngeld+Fotos").json()["count"] == 0
    assert client.get("/api/v1/solutions/?q=Wohngeld").json()["count"] == 1
    assert find("Wohngeld Fotos").any_suffices is False
