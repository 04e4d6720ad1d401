"""The entry page of a field of action: what there is, what is new, what is used."""

import pytest

URL = "/handlungsfelder/ki/"


@pytest.fixture
def some(regions, fields, make_solution, make_transfer, draft):
    ki, cloud = fields["ki"], fields["cloud"]
    rows = {slug: make_solution(slug, fields=(ki,)) for slug in ("alt", "mittel", "neu")}
    other = make_solution("wolke", fields=(cloud,))
    draft.fields_of_action.set([ki])
    for key in ("07111", "02"):
        make_transfer(rows["alt"], regions[key])
    make_transfer(rows["mittel"], regions["07111"])
    for solution in (rows["neu"], other):
        make_transfer(solution, regions["07137"], "interest")
    make_transfer(other, regions["07"])
    make_transfer(draft, regions["07137"])
    return rows


def slugs(cards) -> list[str]:
    return [card["solution"].slug for card in cards]


def test_it_says_how_many_there_are_and_how_many_are_used_where(client, some):
    context = client.get(URL).context
    assert (context["total"], context["used_count"], context["region_count"]) == (3, 2, 2)


def test_the_most_used_come_first_and_those_nobody_uses_are_only_among_the_new(client, some):
    context = client.get(URL).context
    assert slugs(context["most_used"]) == ["alt", "mittel"]
    assert slugs(context["newest"]) == ["neu", "mittel", "alt"]


def test_all_of_them_are_one_link_away(client, some):
    text = client.get(URL).text
    assert 'href="/loesungen/?handlungsfeld=ki"' in text
    assert 'href="/abo/?handlungsfeld=ki"' in text


def test_a_field_without_solutions_says_what_to_do(client, fields):
    response = client.get("/handlungsfelder/open-source/")
    assert "In diesem Handlungsfeld gibt es noch keine Lösung" in response.text


def test_an_unknown_field_is_not_found(client, some):
    assert client.get("/handlungsfelder/gibtesnicht/").status_code == 404


def test_a_draft_is_neither_shown_nor_counted(client, some):
    assert "Geheimer Entwurf" not in client.get(URL).text
