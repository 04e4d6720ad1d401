"""A visitor reads market explorations."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import Organisation
from procurement.models import MarketExploration

LIST = "/markterkundungen/"


def slugs(answer) -> list[str]:
    return [row.slug for row in answer.context["page"].object_list]


def test_open_ones_come_first_and_the_one_that_ends_next_on_top(client, in_every_state, make_exploration):
    make_exploration("bald", opened=-1, due=2)
    assert slugs(client.get(LIST))[:2] == ["bald", "offen"]


def test_what_is_not_opened_yet_is_nowhere(client, in_every_state):
    assert set(slugs(client.get(LIST))) == {"offen", "abgelaufen", "ausgewertet", "zurueckgezogen"}
    for hidden in ("entwurf", "pruefung"):
        assert client.get(f"{LIST}{hidden}/").status_code == 404


def test_one_that_opens_later_is_not_shown_before(client, make_exploration):
    make_exploration("morgen", opened=1)
    assert slugs(client.get(LIST)) == []
    assert client.get(f"{LIST}morgen/").status_code == 404


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("zustand=offen", {"offen"}),
        ("zustand=abgeschlossen", {"abgelaufen", "ausgewertet", "zurueckgezogen"}),
        ("zustand=alle", {"offen", "abgelaufen", "ausgewertet", "zurueckgezogen"}),
        ("state=open", {"offen"}),
        ("q=titel+ausgewertet", {"ausgewertet"}),
        ("q=100%25", set()),
        ("auftraggeber=beschaffungsamt&zustand=offen", {"offen"}),
    ],
)
def test_the_list_answers_what_was_asked(client, in_every_state, asked, expected):
    answer = client.get(f"{LIST}?{asked}")
    assert set(slugs(answer)) == expected
    assert answer.context["total"] == len(expected)


def test_a_joint_buyer_finds_it_too(client, make_exploration):
    city = Organisation.objects.create(slug="stadt", name="Stadt", kind="municipal")
    make_exploration("gemeinsam", opened=-1).joint_buyers.add(city)
    make_exploration("allein", opened=-1)
    assert slugs(client.get(f"{LIST}?auftraggeber=stadt")) == ["gemeinsam"]


def test_a_facet_counts_what_its_option_would_give(client, in_every_state, field):
    in_every_state["published"].fields_of_action.add(field)
    in_every_state["closed"].fields_of_action.add(field)
    facets = {f["name"]: f["options"] for f in client.get(f"{LIST}?handlungsfeld=ki").context["facets"]}
    assert [(o["value"], o["count"]) for o in facets["zustand"]] == [("offen", 1), ("abgeschlossen", 1)]
    assert [(o["value"], o["count"], o["checked"]) for o in facets["handlungsfeld"]] == [("ki", 2, True)]
    for option in facets["zustand"]:
        assert client.get(f"{LIST}?handlungsfeld=ki&zustand={option['value']}").context["total"] == option["count"]


@pytest.mark.parametrize(
    "broken",
    [
        "q=%00", "zustand=x", "zustand=%00", "handlungsfeld=%00", "handlungsfeld=gibtsnicht", "auftraggeber[]=1",
        "seite=" + "9" * 400, "seite=-1", "seite=x", "q=" + "a" * 8000, "geaendert_seit=gestern", "q=%ED%A0%80",
        "auftraggeber=" + "a" * 300,
    ],
)  # fmt: skip
def test_a_broken_question_gets_a_page_and_no_error(client, in_every_state, broken):
    assert client.get(f"{LIST}?{broken}").status_code == 200


def test_a_filter_that_was_not_understood_is_said(client, in_every_state):
    assert "Ein Filter wurde nicht verstanden" in client.get(f"{LIST}?zustand=x").content.decode()
    assert "Ein Filter wurde nicht verstanden" not in client.get(f"{LIST}?zustand=offen").content.decode()


def test_the_page_says_what_it_is_not(client, in_every_state):
    for slug in ("offen", "abgelaufen", "ausgewertet", "zurueckgezogen"):
        assert "Dies ist keine Ausschreibung und kein Vergabeverfahren" in client.get(f"{LIST}{slug}/").content.decode()


def test_an_open_one_says_how_to_answer_and_how_long(client, in_every_state):
    text = client.get(f"{LIST}offen/").content.decode()
    assert "So geben Sie eine Rückmeldung" in text
    assert "noch 5 Tage" in text
    assert "mailto:vergabe@campus.example" in text


def test_a_result_is_shown_when_it_is_published_and_not_before(client, make_exploration):
    make_exploration("vorher", opened=-9, due=-1, result_summary="Noch geheim")
    make_exploration("nachher", opened=-9, due=-2, result=-1, result_summary="Jetzt **öffentlich**")
    assert "Noch geheim" not in client.get(f"{LIST}vorher/").content.decode()
    assert "Jetzt <strong>öffentlich</strong>" in client.get(f"{LIST}nachher/").content.decode()


def test_the_reason_of_a_withdrawal_is_public(client, in_every_state):
    assert "Der Bedarf ist entfallen." in client.get(f"{LIST}zurueckgezogen/").content.decode()


def test_drafts_that_came_of_it_are_not_named(client, in_every_state, make_solution, make_tender):
    exploration = in_every_state["evaluated"]
    exploration.solutions.add(
        make_solution("sichtbar"), make_solution("geheim", editorial_status="draft", published_at=None)
    )
    make_tender("geplant", status="planned").explorations.add(exploration)
    make_tender("laeuft").explorations.add(exploration)
    text = client.get(exploration.get_absolute_url()).content.decode()
    assert "Lösung sichtbar" in text
    assert "Lösung geheim" not in text
    assert "Titel laeuft" in text
    assert "Titel geplant" not in text


def test_the_time_line_marks_where_we_stand(client, in_every_state):
    marked = {
        slug: [e["title"] for e in client.get(f"{LIST}{slug}/").context["events"] if e["state"] == "here"]
        for slug in ("offen", "abgelaufen", "ausgewertet", "zurueckgezogen")
    }
    assert marked == {
        "offen": ["Rückmeldungen bis"],
        "abgelaufen": ["Auswertung und Ergebnis"],
        "ausgewertet": [],
        "zurueckgezogen": ["Zurückgezogen"],
    }


def test_markup_of_an_editor_is_shown_and_not_run(client, make_exploration):
    make_exploration("boese", opened=-1, need="<script>alert(1)</script>", summary="{{ settings }} <b>fett</b>")
    text = client.get(f"{LIST}boese/").content.decode()
    assert "<script>alert" not in text
    assert "<b>fett</b>" not in text
    assert "{{ settings }}" in text


def test_list_and_page_ask_the_database_as_often_with_one_row_as_with_thirty(
    client, make_exploration, field, make_tender, make_solution
):
    first = make_exploration("eins", opened=-1)
    first.fields_of_action.add(field)
    first.solutions.add(make_solution("eine"))
    make_tender("eine").explorations.add(first)

    def statements(address: str) -> int:
        client.get("/hilfe/")  # what is asked once a state of the portal is not counted
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    filtered = f"{LIST}?handlungsfeld=ki&auftraggeber=beschaffungsamt&q=titel"
    few = [statements(LIST), statements(filtered), statements(first.get_absolute_url())]
    for number in range(30):
        exploration = make_exploration(f"weitere-{number}", opened=-1)
        exploration.fields_of_action.add(field)
        make_tender(f"ausschreibung-{number}").explorations.add(first)
        first.solutions.add(make_solution(f"loesung-{number}"))
    many = [statements(LIST), statements(filtered), statements(first.get_absolute_url())]
    assert many == few
    assert few[0] <= 1 + 4  # the first is the version of the page cache
    assert few[1] <= 1 + 4
    assert few[2] <= 1 + 8


def test_state_in_sql_and_in_python_are_the_same(in_every_state, now):
    for moment in (now, now - timedelta(days=31), now + timedelta(days=40)):
        for row in MarketExploration.objects.with_state_at(moment):
            assert row.state == row.state_at(moment)
    assert {s: e.state_at(now).value for s, e in in_every_state.items()} == {s: s for s in in_every_state}


def test_days_left_count_days_in_berlin(make_exploration, now):
    exploration = make_exploration(opened=-1, due=0.01)
    assert exploration.days_left_at(now) in (0, 1)
    assert exploration.days_left_at(exploration.responses_due_at) == -1


def test_an_unknown_address_is_not_found(client, db):
    assert client.get(reverse("exploration_detail", args=["gibt-es-nicht"])).status_code == 404
