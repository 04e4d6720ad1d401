"""A visitor reads tenders."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

LIST = "/ausschreibungen/"


def slugs(answer) -> list[str]:
    return [row.slug for row in answer.context["page"].object_list]


def test_a_planned_tender_is_nowhere(client, make_tender):
    make_tender("geplant", status="planned")
    make_tender("bekannt")
    assert slugs(client.get(LIST)) == ["bekannt"]
    assert client.get(f"{LIST}geplant/").status_code == 404
    assert client.get(f"{LIST}bekannt/").status_code == 200


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("stand=awarded", {"vergeben"}),
        ("status=announced", {"bekannt"}),
        ("stand=awarded&stand=announced", {"bekannt", "vergeben"}),
        ("auftraggeber=beschaffungsamt&q=bekannt", {"bekannt"}),
        ("handlungsfeld=ki", set()),
    ],
)
def test_the_list_answers_what_was_asked(client, make_tender, field, asked, expected):
    make_tender("bekannt")
    make_tender("vergeben", status="awarded", awarded_at=timezone.now())
    assert set(slugs(client.get(f"{LIST}?{asked}"))) == expected


def test_planned_is_no_state_that_one_can_ask_for(client, make_tender):
    make_tender("geplant", status="planned")
    assert slugs(client.get(f"{LIST}?stand=planned")) == []


def test_the_page_leads_to_notice_exploration_and_solution(client, make_tender, make_exploration, make_solution):
    tender = make_tender(notice_url="https://vergabe.example/1", notice_id="1-2026")
    tender.explorations.add(make_exploration("offen", opened=-1), make_exploration("entwurf"))
    tender.solutions.add(
        make_solution("sichtbar"), make_solution("geheim", editorial_status="draft", published_at=None)
    )
    text = client.get(tender.get_absolute_url()).content.decode()
    assert 'href="https://vergabe.example/1"' in text
    assert "Titel offen" in text
    assert "Titel entwurf" not in text
    assert "Lösung sichtbar" in text
    assert "Lösung geheim" not in text


def test_the_list_asks_the_database_as_often_with_one_row_as_with_thirty(client, make_tender, field):
    make_tender("eins").fields_of_action.add(field)

    def statements() -> int:
        client.get("/hilfe/")  # what is asked once a state of the portal is not counted
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        return len(asked)

    few = statements()
    for number in range(30):
        make_tender(f"weitere-{number}").fields_of_action.add(field)
    assert statements() == few
    assert few <= 1 + 4
