"""An approver releases what an editor wrote: old beside new, four eyes, and no silent overwriting."""

import re

import pytest
from django.test import Client

from catalogue.actions import release_revision, save_revision, start_revision, submit_revision
from catalogue.models import FieldOfAction, Solution, SolutionRevision
from members.models import PortalVersion
from tests.admin.forms import browser_fields, text_of


def page(revision: SolutionRevision) -> str:
    return f"/admin/catalogue/solutionrevision/{revision.pk}/change/"


def edit(revision: SolutionRevision) -> str:
    return f"/admin/catalogue/solutionrevision/{revision.pk}/bearbeiten/"


def step(revision: SolutionRevision, name: str) -> str:
    return f"/admin/catalogue/solutionrevision/{revision.pk}/schritt/{name}/"


def row_of(html: str, label: str) -> str:
    """The row of the comparison with this label, tags removed."""
    row = re.search(rf'<th scope="row">{re.escape(label)}.*?</tr>', html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", row.group()).split()) if row else ""


@pytest.fixture
def waiting(solution, editor) -> SolutionRevision:
    """A second revision with another summary, given for release by the editor."""
    revision = start_revision(solution=solution, by=editor, note="klarer gesagt")
    content = revision.content | {"summary": "Schreibt Entwürfe für die Verwaltung.", "licence": "MIT"}
    revision = save_revision(revision=revision, content=content, by=editor)
    return submit_revision(revision=revision, by=editor)


def test_the_approver_sees_old_beside_new_marked_by_words(second_desk, waiting) -> None:
    html = text_of(second_desk.get(page(waiting)))
    assert row_of(html, "In einem Satz") == (
        "In einem Satz geändert Schreibt Entwürfe für Vermerke. Schreibt Entwürfe für die Verwaltung."
    )
    assert row_of(html, "Lizenz (SPDX)") == "Lizenz (SPDX) neu – MIT"
    assert row_of(html, "Name") == "Name LLMoin wie bisher"
    assert "2 Felder sind anders" in html


def test_releasing_asks_first_and_then_publishes(second_desk, waiting, solution, approver) -> None:
    version = PortalVersion.current()
    assert "zweite Person" in text_of(second_desk.get(step(waiting, "freigeben")))
    assert PortalVersion.current() == version
    second_desk.post(step(waiting, "freigeben"), {"review_note": "gut"})
    solution.refresh_from_db()
    waiting.refresh_from_db()
    assert (solution.summary, solution.number) == ("Schreibt Entwürfe für die Verwaltung.", 2)
    assert (waiting.status, waiting.approver, waiting.review_note) == ("released", approver, "gut")


def test_the_writer_sees_the_reason_instead_of_the_button_and_is_refused(
    second_desk, waiting, approver, solution
) -> None:
    SolutionRevision.objects.filter(pk=waiting.pk).update(author=approver)
    html = text_of(second_desk.get(page(waiting)))
    assert "Sie haben diese Fassung zuletzt bearbeitet." in html
    assert step(waiting, "freigeben") not in html
    answer = second_desk.post(step(waiting, "freigeben"), {"review_note": ""})
    assert "Die eigene Fassung kann man nicht selbst freigeben." in text_of(answer)
    waiting.refresh_from_db()
    assert waiting.status == "in_review"


def test_redaktion_cannot_release(desk, waiting) -> None:
    assert step(waiting, "freigeben") not in text_of(desk.get(page(waiting)))
    assert desk.post(step(waiting, "freigeben"), {"review_note": ""}).status_code == 403
    waiting.refresh_from_db()
    assert waiting.status == "in_review"


def test_changes_are_asked_for_with_a_note(second_desk, waiting) -> None:
    answer = second_desk.post(step(waiting, "aenderungen-erbitten"), {"review_note": ""})
    assert answer.status_code == 200
    second_desk.post(step(waiting, "aenderungen-erbitten"), {"review_note": "Bitte die Quelle nennen."})
    waiting.refresh_from_db()
    assert (waiting.status, waiting.review_note) == ("changes_requested", "Bitte die Quelle nennen.")
    assert "Bitte die Quelle nennen." in text_of(second_desk.get(page(waiting)))


def test_a_revision_is_declined(second_desk, waiting, solution) -> None:
    second_desk.post(step(waiting, "ablehnen"), {"review_note": "nicht belegt"})
    waiting.refresh_from_db()
    assert (waiting.status, solution.number) == ("rejected", 1)


def test_an_overtaken_revision_says_so_and_cannot_be_released(second_desk, waiting, solution, editor, approver) -> None:
    other = start_revision(solution=solution, by=editor)
    release_revision(revision=submit_revision(revision=other, by=editor), by=approver)
    html = text_of(second_desk.get(page(waiting)))
    assert "Diese Fassung ist überholt" in html
    assert step(waiting, "freigeben") not in html
    assert "Inzwischen wurde Fassung 3 freigegeben" in text_of(second_desk.post(step(waiting, "freigeben")))


def test_releasing_twice_is_refused_in_words(second_desk, waiting) -> None:
    second_desk.post(step(waiting, "freigeben"))
    answer = second_desk.post(step(waiting, "freigeben"))
    assert "dieser Schritt geht hier nicht" in text_of(answer)


def test_the_form_keeps_everything_it_was_given(desk, waiting) -> None:
    before = waiting.content
    desk.post(edit(waiting), browser_fields(desk.get(edit(waiting))) | {"_save": "1"})
    waiting.refresh_from_db()
    assert waiting.content == before
    assert waiting.status == "draft"  # whoever saves takes it out of review


def test_relations_are_added_in_the_empty_rows(desk, waiting, city, regions) -> None:
    FieldOfAction.objects.create(slug="ki", name="Künstliche Intelligenz")
    fields = browser_fields(desk.get(edit(waiting))) | {
        "fields_of_action": ["ki"],
        "standards": "FIT-Connect\nXÖV\n",
        "organisations-0-organisation": city.pk,
        "organisations-0-role": "owner",
        "contacts-0-name": "Servicestelle",
        "contacts-0-review_due": "2027-03-01",
        "reuse_paths-0-region": regions["071110000"].pk,
        "reuse_paths-0-legal_route": "open_licence",
        "reuse_paths-0-steps": "1. Herunterladen",
        "sources-0-title": "Pressemitteilung",
        "reported_coverages-0-n": "452",
        "reported_coverages-0-of": "691",
        "reported_coverages-0-unit": "Behörden",
        "reported_coverages-0-as_of": "11/2025",
        "reported_coverages-0-source": "Ministerium",
        "_submit": "1",
    }
    desk.post(edit(waiting), fields)
    waiting.refresh_from_db()
    content = waiting.content
    assert waiting.status == "in_review"
    assert content["fields_of_action"] == ["ki"]
    assert content["standards"] == ["FIT-Connect", "XÖV"]
    assert content["organisations"] == [{"organisation": "stadt-polch", "role": "owner"}]
    assert content["contacts"][0]["review_due"] == "2027-03-01"
    assert content["reuse_paths"][0]["region"] == "07111"
    assert content["reported_coverages"][0]["of"] == 691


def test_released_relations_come_back_in_the_next_form(desk, second_desk, waiting, city, regions) -> None:
    test_relations_are_added_in_the_empty_rows(desk, waiting, city, regions)
    second_desk.post(step(waiting, "freigeben"))
    desk.post(f"/admin/catalogue/solution/{waiting.solution_id}/schritt/fassung/")
    third = SolutionRevision.objects.get(number=3)
    desk.post(edit(third), browser_fields(desk.get(edit(third))) | {"_save": "1"})
    before, after = third.content, SolutionRevision.objects.get(number=3).content
    assert before == after


def test_errors_stand_beside_their_field_and_nothing_is_lost(desk, waiting) -> None:
    fields = browser_fields(desk.get(edit(waiting))) | {
        "title": "",
        "summary": "Ein anderer Satz.",
        "sources-0-title": "",
        "sources-0-url": "kein Link",
    }
    html = text_of(desk.post(edit(waiting), fields))
    assert "3 Angaben passen noch nicht." in html
    assert 'value="Ein anderer Satz."' in html
    assert 'value="kein Link"' in html
    assert 'id="id_title_error"' in html
    waiting.refresh_from_db()
    assert waiting.content["title"] == "LLMoin"


def test_an_organisation_twice_in_one_role_is_an_error(desk, waiting, city) -> None:
    twice = {f"organisations-{n}-organisation": city.pk for n in (0, 1)}
    roles = {f"organisations-{n}-role": "owner" for n in (0, 1)}
    html = desk.post(edit(waiting), browser_fields(desk.get(edit(waiting))) | twice | roles).content.decode()
    assert "„Stadt Polch“ steht zweimal da" in html


def test_two_editors_do_not_overwrite_each_other_silently(desk, second_desk, waiting) -> None:
    mine, theirs = browser_fields(desk.get(edit(waiting))), browser_fields(second_desk.get(edit(waiting)))
    second_desk.post(edit(waiting), theirs | {"summary": "Von Frida."})
    answer = desk.post(edit(waiting), mine | {"summary": "Von Rita."})
    html = text_of(answer)
    assert "Frida Freigabe hat inzwischen gespeichert" in html
    assert 'value="Von Rita."' in html
    waiting.refresh_from_db()
    assert waiting.content["summary"] == "Von Frida."
    desk.post(edit(waiting), browser_fields(answer))
    waiting.refresh_from_db()
    assert waiting.content["summary"] == "Von Rita."


def test_a_solution_is_created_as_a_draft_that_nobody_sees(desk, editor) -> None:
    fields = browser_fields(desk.get("/admin/catalogue/solution/add/"))
    desk.post("/admin/catalogue/solution/add/", fields | {"title": "Bürger-Töne", "summary": "Sammelt Ideen."})
    solution = Solution.objects.get()
    assert (solution.slug, solution.editorial_status) == ("buerger-toene", "draft")
    revision = solution.revisions.get()
    assert (revision.author, revision.status, revision.content["summary"]) == (editor, "draft", "Sammelt Ideen.")


def test_an_address_is_given_once(desk, solution) -> None:
    fields = browser_fields(desk.get("/admin/catalogue/solution/add/"))
    html = desk.post("/admin/catalogue/solution/add/", fields | {"title": "LLMoin", "summary": "Nochmal."}).content
    assert "Es gibt schon eine Lösung unter „llmoin“." in html.decode()
    assert Solution.objects.count() == 1


def test_freigabe_takes_a_solution_offline_and_redaktion_cannot(desk, second_desk, solution) -> None:
    place = f"/admin/catalogue/solution/{solution.pk}/schritt/archivieren/"
    assert desk.post(place).status_code == 403
    second_desk.post(place)
    solution.refresh_from_db()
    assert solution.editorial_status == "archived"


@pytest.mark.parametrize("who", ["lead", "procurement_officer"])
def test_who_only_reads_changes_nothing(who, request, at_desk, waiting, solution) -> None:
    client = at_desk(request.getfixturevalue(who))
    assert client.get(page(waiting)).status_code == 200
    assert client.get(edit(waiting)).status_code == 403
    assert client.post(step(waiting, "freigeben")).status_code == 403
    assert client.post(f"/admin/catalogue/solution/{solution.pk}/schritt/fassung/").status_code == 403
    assert client.post("/admin/catalogue/solution/add/", {}).status_code == 403
    assert SolutionRevision.objects.count() == 2


def test_a_stranger_and_nobody_see_nothing(at_desk, outsider, waiting) -> None:
    for client in (Client(), at_desk(outsider)):
        for place in (page(waiting), edit(waiting), step(waiting, "freigeben")):
            answer = client.get(place)
            assert answer.status_code in (302, 403)
            assert "LLMoin" not in text_of(answer)


@pytest.mark.parametrize(
    "place", ["9/change/", "9/bearbeiten/", "9/schritt/freigeben/", "x/change/", "9/schritt/gibtesnicht/"]
)
def test_a_wrong_address_is_no_error(second_desk, waiting, place) -> None:
    assert second_desk.get(f"/admin/catalogue/solutionrevision/{place}").status_code in (302, 404)


def test_nothing_with_history_is_deleted(second_desk, waiting, solution) -> None:
    for place in (f"solution/{solution.pk}", f"solutionrevision/{waiting.pk}"):
        assert second_desk.post(f"/admin/catalogue/{place}/delete/", {"post": "yes"}).status_code == 403
    assert Solution.objects.count() == 1
