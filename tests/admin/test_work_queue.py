"""The index shows first what waits: how much, since when, and the way to it."""

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.actions import record_transfer, start_revision, submit_revision
from catalogue.models import Solution
from members.models import OutgoingMail
from tests.admin.forms import text_of


@pytest.fixture
def work(solution: Solution, regions, editor) -> None:
    submit_revision(revision=start_revision(solution=solution, by=editor), by=editor)
    record_transfer(solution=solution, region=regions["02"], stage="agreed", by=editor)
    OutgoingMail.objects.create(to="x@stadt.example", subject="Bitte bestätigen", text="", failed_at=timezone.now())


def counts(client: Client) -> dict[str, int]:
    return {queue.title: queue.count for queue in client.get("/admin/").context["queue"]}


def test_the_campus_team_sees_what_waits(second_desk, work) -> None:
    assert counts(second_desk) == {
        "Zur Freigabe": 1,
        "Meldungen von Nutzung und Interesse": 0,
        "Praxisberichte zu prüfen": 0,
        "Laut Organisation nicht mehr genutzt": 0,
        "Zu bestätigende Transfers": 1,
        "Im Rückgängig-Fenster": 1,
        "Zustellung angehalten": 0,
        "Nicht zugestellte Benachrichtigungen": 0,
        "Nicht zugestellte Mails an eine Person": 1,
    }


def test_each_queue_leads_to_a_list_of_just_that(second_desk, work) -> None:
    for queue in second_desk.get("/admin/").context["queue"]:
        if queue.title != "Zustellung angehalten":  # that is a page of its own
            assert second_desk.get(queue.url).context["cl"].result_count == queue.count


def test_a_revision_is_shown_with_its_author(second_desk, work) -> None:
    html = text_of(second_desk.get("/admin/"))
    assert "LLMoin, Fassung 2</a> <span>von Rita Redaktion</span>" in html


def test_vergabe_does_not_see_whose_mail_failed(at_desk, procurement_officer, work) -> None:
    client = at_desk(procurement_officer)
    assert "Nicht zugestellte Mails an eine Person" not in counts(client)
    assert client.get("/admin/members/outgoingmail/").status_code == 403


def test_the_number_of_statements_does_not_depend_on_the_work(
    second_desk, solution, regions, editor, django_assert_num_queries
) -> None:
    def made(keys: list[str]) -> None:
        for key in keys:
            record_transfer(solution=solution, region=regions[key], stage="agreed", by=editor)
            submit_revision(revision=start_revision(solution=solution, by=editor), by=editor)

    made(["02"])
    second_desk.get("/admin/")
    expected = 19
    with django_assert_num_queries(expected):
        second_desk.get("/admin/")
    made(["07", "07137", "07111"])
    with django_assert_num_queries(expected):
        second_desk.get("/admin/")


def test_a_stranger_sees_no_queue(at_desk, outsider, work) -> None:
    for client in (Client(), at_desk(outsider)):
        answer = client.get("/admin/")
        assert answer.status_code in (302, 403)
