"""An editor records a transfer: asked before it is written, written once, and taken back while there is time."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Arrival, Solution, Transfer, TransferMove
from members.models import PortalVersion, Region
from tests.admin.forms import text_of

ADD = "/admin/catalogue/transfer/add/"


@pytest.fixture
def fields(solution: Solution, regions: dict[str, Region]) -> dict[str, object]:
    return {
        "solution": solution.pk,
        "region": regions["071375002086"].pk,
        "organisation": "",
        "stage": "live",
        "verification": "verified",
        "evidence": "Mail der Stadt vom 20. November 2026",
        "note": "",
        "live_since": "2026-11-01",
        "live_since_precision": "month",
        "from_transfer": "",
        "scaling_partner": "",
        "scope": "ganzes Rathaus",
        "source": "",
    }


def carried(answer) -> dict[str, str]:
    """The hidden fields of the confirm page, as a browser would send them."""
    html = text_of(answer)
    form = html[html.index('<form method="post">') :]
    pairs = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', form)
    return {name: value for name, value in pairs if name != "csrfmiddlewaretoken"}


def confirmed(client: Client, address: str, fields: dict[str, object]):
    """Fill in, look at the confirm page, confirm."""
    return client.post(address, carried(client.post(address, fields)) | {"confirm": "ja"})


def test_the_confirm_page_says_what_happens_and_writes_nothing(desk, fields) -> None:
    version = PortalVersion.current()
    answer = desk.post(ADD, fields)
    text = text_of(answer)
    assert "Noch ist nichts gespeichert" in text
    assert "zum ersten Mal hier an: <strong>Polch</strong>" in text
    assert "5 Minuten lang zurücknehmen" in text
    assert Transfer.objects.count() == 0
    assert PortalVersion.current() == version


def test_confirming_records_the_transfer_its_move_and_its_arrival(desk, fields, editor) -> None:
    confirmed(desk, ADD, fields)
    transfer = Transfer.objects.get()
    assert (transfer.region.label, transfer.stage, transfer.verification) == ("Polch", "live", "verified")
    assert (transfer.live_since.isoformat(), transfer.scope) == ("2026-11-01", "ganzes Rathaus")
    move = transfer.moves.get()
    assert (move.by, move.evidence) == (editor, "Mail der Stadt vom 20. November 2026")
    assert Arrival.objects.get().transfer == transfer


def test_the_success_message_leads_to_taking_back(desk, fields) -> None:
    answer = confirmed(desk, ADD, fields)
    transfer = Transfer.objects.get()
    place = reverse("admin:catalogue_transfer_take_back", args=[transfer.pk, transfer.moves.get().pk])
    page = text_of(desk.get(answer.url))
    assert f'<a href="{place}">Zurücknehmen (noch 5 Minuten)</a>' in page


def test_confirming_twice_records_once(desk, fields) -> None:
    data = carried(desk.post(ADD, fields)) | {"confirm": "ja"}
    desk.post(ADD, data)
    again = desk.post(ADD, data)
    assert Transfer.objects.count() == TransferMove.objects.count() == 1
    assert "Das ist schon erfasst" in text_of(again)


def test_a_duplicate_is_named_and_linked(desk, fields) -> None:
    confirmed(desk, ADD, fields)
    text = text_of(desk.post(ADD, fields))
    link = f'<a href="/admin/catalogue/transfer/{Transfer.objects.get().pk}/change/">LLMoin in Polch'
    assert link in text


def test_verified_needs_evidence_and_nothing_typed_is_lost(desk, fields) -> None:
    answer = desk.post(ADD, fields | {"evidence": ""})
    text = text_of(answer)
    assert "„bestätigt“ braucht einen Nachweis" in text
    assert 'value="ganzes Rathaus"' in text
    assert Transfer.objects.count() == 0


def test_going_back_from_the_confirm_page_keeps_the_form(desk, fields) -> None:
    text = text_of(desk.post(ADD, carried(desk.post(ADD, fields)) | {"change": "ja"}))
    assert 'value="ganzes Rathaus"' in text
    assert "Weiter zur Bestätigung" in text


def test_the_region_that_counts_is_recorded(desk, fields, regions) -> None:
    confirmed(desk, ADD, fields | {"region": regions["071110000000"].pk})
    assert Transfer.objects.get().region == regions["07111"]


def test_a_second_organisation_in_the_same_region_is_no_news(desk, fields, city) -> None:
    confirmed(desk, ADD, fields)
    text = text_of(desk.post(ADD, fields | {"organisation": city.pk}))
    assert "Es ist keine Neuigkeit: niemand wird benachrichtigt." in text


def test_an_unpublished_solution_is_refused_in_words(desk, fields, solution) -> None:
    Solution.objects.filter(pk=solution.pk).update(editorial_status="withdrawn")
    assert "Diese Lösung ist nicht veröffentlicht" in text_of(desk.post(ADD, fields))


def test_the_teacher_must_have_the_same_solution(desk, fields, regions) -> None:
    other = Solution.objects.create(slug="andere", title="Andere", summary="Etwas anderes.")
    teacher = Transfer.objects.create(solution=other, region=regions["02"], stage="live")
    text = text_of(desk.post(ADD, fields | {"from_transfer": teacher.pk}))
    assert "Dieser Transfer gehört zu „Andere“." in text


def test_a_move_is_taken_back_within_the_window(desk, fields) -> None:
    confirmed(desk, ADD, fields)
    transfer = Transfer.objects.get()
    place = reverse("admin:catalogue_transfer_take_back", args=[transfer.pk, transfer.moves.get().pk])
    assert "niemand wird benachrichtigt" in text_of(desk.get(place))
    assert transfer.moves.count() == 1
    desk.post(place)
    transfer.refresh_from_db()
    assert transfer.stage == "declined"
    assert Arrival.objects.standing().count() == 0


def test_after_the_window_taking_back_is_refused_in_words(desk, fields, settings) -> None:
    confirmed(desk, ADD, fields)
    settings.UNDO_SECONDS = 0
    transfer = Transfer.objects.get()
    place = reverse("admin:catalogue_transfer_take_back", args=[transfer.pk, transfer.moves.get().pk])
    assert "Die Frist zum Zurücknehmen ist abgelaufen." in text_of(desk.post(place))
    assert Arrival.objects.standing().count() == 1
    assert "Diesen Schritt zurücknehmen" not in text_of(desk.get(f"/admin/catalogue/transfer/{transfer.pk}/change/"))


def test_moving_asks_first_and_counts_once(desk, fields) -> None:
    confirmed(desk, ADD, fields | {"stage": "agreed", "verification": "unverified", "evidence": ""})
    transfer = Transfer.objects.get()
    place = reverse("admin:catalogue_transfer_move", args=[transfer.pk])
    step = {"stage": "live", "verification": "verified", "evidence": "Besuch vor Ort", "note": "",
            "last_move": transfer.moves.get().pk}  # fmt: skip
    asked = desk.post(place, step)
    assert "zum ersten Mal hier an" in text_of(asked)
    assert transfer.moves.count() == 1
    data = carried(asked) | {"confirm": "ja"}
    desk.post(place, data)
    desk.post(place, data)
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.verification, transfer.moves.count()) == ("live", "verified", 2)


def test_details_are_described_without_a_move(desk, fields) -> None:
    confirmed(desk, ADD, fields)
    transfer = Transfer.objects.get()
    place = reverse("admin:catalogue_transfer_describe", args=[transfer.pk])
    data = {"live_since": "2026-10-01", "live_since_precision": "month", "scope": "nur Bauamt", "source": "",
            "stage": "ended", "changed_at": transfer.changed_at.isoformat()}  # fmt: skip
    desk.post(place, data)
    transfer.refresh_from_db()
    assert (transfer.scope, transfer.stage, transfer.moves.count()) == ("nur Bauamt", "live", 1)
    assert "Inzwischen hat jemand" in text_of(desk.post(place, data))


def test_stage_and_verification_are_no_fields_of_the_page(desk, fields) -> None:
    confirmed(desk, ADD, fields)
    page = text_of(desk.get(f"/admin/catalogue/transfer/{Transfer.objects.get().pk}/change/"))
    assert 'name="stage"' not in page
    desk.post(f"/admin/catalogue/transfer/{Transfer.objects.get().pk}/change/", {"stage": "ended"})
    assert Transfer.objects.get().stage == "live"


@pytest.mark.parametrize("who", ["lead", "procurement_officer"])
def test_who_may_not_record_is_refused(who, request, at_desk, fields) -> None:
    client = at_desk(request.getfixturevalue(who))
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, fields | {"confirm": "ja"}).status_code == 403
    assert Transfer.objects.count() == 0


def test_a_stranger_and_nobody_are_led_away(at_desk, outsider, fields) -> None:
    for client in (Client(), at_desk(outsider)):
        assert client.post(ADD, fields | {"confirm": "ja"}).status_code in (302, 403)
    assert Transfer.objects.count() == 0


@pytest.mark.parametrize("place", ["9/stand/", "9/angaben/", "9/zuruecknehmen/9/", "9/change/"])
def test_an_unknown_transfer_is_no_error(desk, place) -> None:
    answer = desk.get(f"/admin/catalogue/transfer/{place}")
    assert answer.status_code in (302, 404)


def test_the_autocompletion_says_which_place_and_offers_each_once(desk, regions) -> None:
    Region.objects.filter(key="071375002086").update(detail="Stadt, Landkreis Mayen-Koblenz", search_text="= polch ;")
    answer = desk.get(
        "/admin/autocomplete/",
        {"app_label": "catalogue", "model_name": "transfer", "field_name": "region", "term": "Polch"},
    )
    assert [row["text"] for row in answer.json()["results"]] == ["Polch – Stadt, Landkreis Mayen-Koblenz"]


@pytest.mark.parametrize("term", ["\x00", "%", "x" * 8000, "[]", "1" * 400, "\\"])
def test_whatever_is_typed_into_the_autocompletion_is_answered(desk, regions, term) -> None:
    answer = desk.get(
        "/admin/autocomplete/",
        {"app_label": "catalogue", "model_name": "transfer", "field_name": "region", "term": term},
    )
    assert answer.status_code in (200, 400)


@pytest.mark.parametrize("wrong", [{"region": "x"}, {"region": "9" * 400}, {"solution": ""}, {"stage": "gone"},
                                   {"live_since": "gestern"}, {"note": "\x00"}, {"scope": "x" * 9999}])  # fmt: skip
def test_wrong_values_come_back_as_errors(desk, fields, wrong) -> None:
    answer = desk.post(ADD, fields | wrong)
    assert answer.status_code == 200
    assert "Bitte sehen Sie die Angaben noch einmal an" in text_of(answer)


def test_the_list_filters_what_is_to_be_confirmed(desk, solution, regions) -> None:
    def made(key: str, **fields) -> Transfer:
        return Transfer.objects.create(solution=solution, region=regions[key], **fields)

    now = timezone.now()
    made("02", stage="live", verification="verified", verified_at=now)
    unsure = made("07", stage="live")
    old = made("07137", stage="live", verification="verified", verified_at=now - timedelta(days=400))
    made("07111", stage="ended")
    rows = desk.get("/admin/catalogue/transfer/?bestaetigung=offen").context["cl"].queryset
    assert {row.pk for row in rows} == {unsure.pk, old.pk}
