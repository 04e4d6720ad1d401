"""A civil servant puts up to four solutions side by side."""

import re
from html import unescape

import pytest

URL = "/loesungen/vergleich/"


@pytest.fixture
def some(regions, fields, make_solution, make_transfer):
    """Four that are alike but for licence and use, and a fifth."""
    ki, cloud = fields["ki"], fields["cloud"]
    rows = [
        make_solution("eins", fields=(ki,), licence="MIT", is_ai=True),
        make_solution("zwei", fields=(ki,), licence="EUPL-1.2", is_ai=True),
        make_solution("drei", fields=(ki, cloud), licence="MIT", is_ai=True),
        make_solution("vier", fields=(cloud,), licence="proprietary"),
        make_solution("fuenf", fields=(cloud,)),
    ]
    make_transfer(rows[0], regions["07111"])
    rows[0].reuse_paths.create(region=regions["07"], legal_route="framework", steps="1. Abrufen", cost="1 Euro")
    rows[0].reuse_paths.create(region=regions[""], legal_route="open_licence", steps="1. Laden")
    return {row.slug: row for row in rows}


def asked(client, *slugs, **more):
    return client.get(URL, {"s": slugs, **more})


def shown(response) -> list[str]:
    return [solution.slug for solution, _ in response.context["columns"]]


def rows(response) -> dict[str, list[list[str]]]:
    return {
        row.label: [[line.text for line in cell.lines] for cell in row.cells]
        for group in response.context["groups"]
        for row in group.rows
    }


def different(response) -> set[str]:
    return {row.label for group in response.context["groups"] for row in group.rows if row.differs}


def test_columns_stand_in_the_order_of_the_address_and_each_answers_every_row(client, some):
    response = asked(client, "zwei", "eins")
    assert shown(response) == ["zwei", "eins"]
    assert rows(response)["Lizenz"] == [["EUPL-1.2"], ["MIT"]]
    assert rows(response)["Verbreitung"] == [[], ["im Einsatz in 1 Kommune"]]
    assert all(len(cells) == 2 for cells in rows(response).values())


def test_what_differs_is_marked_in_words_and_what_is_alike_is_not(client, some):
    response = asked(client, "eins", "drei")
    assert different(response) == {"Handlungsfelder", "Verbreitung", "Abdeckung", "Nachnutzungsweg"}
    assert response.text.count(">verschieden<") == 4
    assert response.context["differences"] == 4


def test_only_the_differences_can_be_shown_and_all_again(client, some):
    response = asked(client, "eins", "drei", nur="unterschiede")
    assert set(rows(response)) == {"Handlungsfelder", "Verbreitung", "Abdeckung", "Nachnutzungsweg"}
    everything = client.get(URL + response.context["switch"])
    assert "Künstliche Intelligenz" in rows(everything)
    assert shown(everything) == ["eins", "drei"]


def test_the_readers_region_decides_what_is_nearest_and_which_way_holds(client, some):
    response = asked(client, "eins", "zwei", fuer="071375002086")
    assert rows(response)["Nachnutzungsweg"][0] == ["Rahmenvertrag (Rheinland-Pfalz)"]
    assert rows(response)["Nächste Nutzung"][0] == ["nächste: Koblenz, unter 1 km"]
    elsewhere = asked(client, "eins", "zwei")
    assert rows(elsewhere)["Nachnutzungsweg"][0] == ["Offene Lizenz"]
    assert "Nächste Nutzung" not in rows(elsewhere)


def test_a_column_can_be_taken_out_and_the_rest_stays(client, some):
    response = asked(client, "eins", "zwei", "drei", fuer="02", nur="unterschiede")
    without = dict(zip(shown(response), [url for _, url in response.context["columns"]], strict=True))["zwei"]
    assert without == "?s=eins&s=drei&fuer=02&nur=unterschiede"
    assert shown(client.get(URL + without)) == ["eins", "drei"]


def test_one_is_added_by_a_search_that_needs_no_script(client, some):
    response = asked(client, "eins", q="zwei")
    assert [(solution.slug, url) for solution, url in response.context["offered"]] == [("zwei", "?s=eins&s=zwei")]
    assert unescape(re.search(r'href="(\?s=eins[^"]*)"', response.text)[1]) == "?s=eins&s=zwei"
    assert 'name="s" value="eins"' in response.text


def test_those_of_the_same_fields_are_offered_the_nearest_first(client, some):
    offered = asked(client, "drei").context["offered"]
    assert [solution.slug for solution, _ in offered] == ["eins", "fuenf", "vier", "zwei"]
    assert asked(client, "eins").context["offered"][0][0].slug in {"drei", "zwei"}


def test_with_four_there_is_no_room_for_a_fifth(client, some):
    response = asked(client, "eins", "zwei", "drei", "vier")
    assert (len(shown(response)), response.context["has_room"]) == (4, False)
    assert "Lösung hinzufügen" not in response.text


def test_of_five_the_first_four_are_shown_and_the_fifth_is_named(client, some):
    response = asked(client, "eins", "zwei", "drei", "vier", "fuenf")
    assert shown(response) == ["eins", "zwei", "drei", "vier"]
    assert "Es lassen sich höchstens vier vergleichen" in response.text
    assert 'href="/loesungen/fuenf/"' in response.text


def test_without_any_the_page_says_what_it_is_for(client, some):
    response = client.get(URL)
    assert (response.status_code, shown(response)) == (200, [])
    assert len(response.context["offered"]) == 5


def test_one_alone_is_shown_without_differences(client, some):
    response = asked(client, "eins")
    assert (shown(response), different(response)) == (["eins"], set())
    assert "Nur Unterschiede" not in response.text


def test_unknown_doubled_and_hidden_ones_are_left_out_and_said_to_be(client, some, draft):
    response = asked(client, "eins", "eins", "gibtesnicht", draft.slug)
    assert shown(response) == ["eins"]
    assert response.context["choice"].unknown == 2
    assert "Nicht alle Lösungen haben wir gefunden" in response.text
    assert "Geheimer Entwurf" not in response.text
    assert asked(client, "eins", q="geheimer").context["offered"] == []


@pytest.mark.parametrize(
    "query",
    ["s=%00", "s=" + "x" * 8000, "s[]=eins", "s=a b", "&".join(["s=eins"] * 500), "s=eins&q=%00", "s=%ed%a0%80",
     "s=eins&nur=%00&fuer=%00", "s=eins&fuer=" + "9" * 400],
)  # fmt: skip
def test_broken_questions_give_the_page(client, some, query):
    assert client.get(f"{URL}?{query}").status_code == 200


def test_four_take_no_more_statements_however_much_there_is(
    client, some, regions, make_solution, make_transfer, django_assert_max_num_queries, settings
):
    """Version and dates, region, solutions, paths, coverage."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("PageCacheMiddleware")]
    for n in range(30):
        make_transfer(make_solution(f"viele-{n}"), regions["07111"])
    with django_assert_max_num_queries(5):
        asked(client, "eins", "zwei", "drei", "vier", fuer="07111")


def test_the_steckbrief_leads_here_and_keeps_the_point_of_view(client, some):
    assert f'href="{URL}?s=eins&amp;fuer=07111"' in client.get("/loesungen/eins/?fuer=07111").text
