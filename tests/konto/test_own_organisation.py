"""Under /konto/ an organisation sees what it has in the catalogue, proposes solutions and stands up for its uses."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from catalogue.actions import (
    decline_revision,
    record_transfer,
    release_revision,
    request_changes,
    start_revision,
    submit_revision,
)
from catalogue.actions.proposing import Overtaken, confirm_own_transfer, propose_change, propose_solution
from catalogue.content import empty_content, fingerprint
from catalogue.models import (
    ConfirmationRequest,
    FieldOfAction,
    Solution,
    SolutionOrganisation,
    SolutionProposal,
    SolutionRevision,
    Transfer,
    UseReport,
)
from members.models import Organisation, OrganisationUser, User
from tests.members.people import logged_in, member

pytestmark = pytest.mark.django_db
HOME = "/konto/organisation/stadt/"
PROPOSE = f"{HOME}vorschlagen/"
FORM = {"title": "Bauantrag Polch", "summary": "Bauanträge ohne Papier.", "role": "owner"}


@pytest.fixture
def city(db) -> Organisation:
    return Organisation.objects.create(slug="stadt", name="Stadt Polch", kind="municipal")


@pytest.fixture
def village(db) -> Organisation:
    return Organisation.objects.create(slug="dorf", name="Dorf", kind="municipal")


@pytest.fixture
def worker(city) -> User:
    return member(city, "editor")


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def published(city, worker, editor, approver, **content) -> Solution:
    proposal = propose_solution(
        organisation=city, by=worker, submits=True,
        content=empty_content() | {"title": "Lösung", "summary": "Kurz."} | content
        | {"organisations": [{"organisation": city.slug, "role": "owner"}]},
    )  # fmt: skip
    return release_revision(revision=proposal.solution.revisions.get(), by=approver)


def test_an_editor_proposes_and_sees_it_and_the_campus_team_has_it_in_its_queue(city, worker, editor):
    FieldOfAction.objects.create(slug="ki", name="Künstliche Intelligenz")
    client = logged_in(worker)
    answer = client.post(PROPOSE, FORM | {"fields_of_action": ["ki"], "contact_email": "bau@stadt.example"})
    assert answer["Location"] == HOME
    revision = SolutionRevision.objects.get()
    assert (revision.status, revision.author, revision.solution.slug) == ("in_review", worker, "bauantrag-polch")
    assert revision.content["organisations"] == [{"organisation": "stadt", "role": "owner"}]
    assert revision.content["contacts"][0] | {"review_due": None} == {
        "name": "Stadt Polch", "organisation": "Stadt Polch", "email": "bau@stadt.example", "phone": "", "url": "",
        "review_due": None,
    }  # fmt: skip
    seen = text(client, HOME)
    assert "Wird vom Campus-Team geprüft" in seen
    assert "2 von 13 Angaben. Es fehlen noch: Was leistet sie?, Nutzen, Ebenen" in seen
    assert "Bauantrag Polch" in text(logged_in(editor), "/admin/")
    assert Client().get("/loesungen/bauantrag-polch/").status_code == 404


def test_a_draft_is_kept_and_not_yet_given(city, worker):
    logged_in(worker).post(PROPOSE, FORM | {"entwurf": "1"})
    assert SolutionRevision.objects.get().status == "draft"
    assert "Entwurf: noch nicht abgeschickt" in text(logged_in(worker), HOME)


def test_what_the_campus_team_asks_for_is_seen_and_answered(city, worker, editor):
    client = logged_in(worker)
    client.post(PROPOSE, FORM)
    request_changes(revision=SolutionRevision.objects.get(), by=editor, review_note="Wo laufen die Daten?")
    assert "Anmerkung des Campus-Teams: Wo laufen die Daten?" in text(client, HOME)
    page = client.get(f"{HOME}loesungen/bauantrag-polch/")
    form = FORM | {"data_location": "Koblenz", "read": page.context["form"]["read"].value()}
    assert client.post(f"{HOME}loesungen/bauantrag-polch/", form)["Location"] == HOME
    revision = SolutionRevision.objects.get()
    assert (revision.status, revision.content["data_location"]) == ("in_review", "Koblenz")


def test_what_is_not_taken_is_said_with_its_reason(city, worker, editor):
    client = logged_in(worker)
    client.post(PROPOSE, FORM)
    decline_revision(revision=SolutionRevision.objects.get(), by=editor, review_note="Gibt es schon.")
    assert "Nicht aufgenommen" in text(client, HOME)
    assert "Begründung: Gibt es schon." in text(client, f"{HOME}loesungen/bauantrag-polch/")


def test_facts_of_a_published_solution_are_kept_current_and_only_released_by_the_campus(city, worker, editor, approver):
    solution = published(city, worker, editor, approver, cost_note="Teuer", standards=["FIT-Connect"], trl=5)
    client, page = logged_in(worker), f"{HOME}loesungen/{solution.slug}/"
    form = FORM | {"cost_note": "Günstig", "read": client.get(page).context["form"]["read"].value()}
    client.post(page, form)
    solution.refresh_from_db()
    revision = SolutionRevision.objects.latest("number")
    assert (solution.cost_note, revision.content["cost_note"], revision.content["trl"]) == ("Teuer", "Günstig", 5)
    assert "Veröffentlicht Neue Fassung: Wird vom Campus-Team geprüft" in text(client, HOME)


def test_what_the_campus_team_writes_to_each_other_is_not_shown(city, worker, editor, approver):
    solution = published(city, worker, editor, approver)
    revision = start_revision(solution=solution, by=editor)
    submit_revision(revision=revision, by=editor)
    request_changes(revision=revision, by=approver, review_note="Nur für Rita")
    for page in (HOME, f"{HOME}loesungen/{solution.slug}/"):
        seen = text(logged_in(worker), page)
        assert "Nur für Rita" not in seen
        assert "Neue Fassung" not in seen


def test_two_who_change_at_once_overwrite_nothing(city, worker, editor, approver):
    solution = published(city, worker, editor, approver)
    other, page = logged_in(member(city, "owner")), f"{HOME}loesungen/{solution.slug}/"
    read = other.get(page).context["form"]["read"].value()
    logged_in(worker).post(page, FORM | {"read": read, "hosting": "Mainz"})
    answer = other.post(page, FORM | {"read": read, "hosting": "Trier"})
    assert "Inzwischen hat jemand anderes gespeichert" in answer.content.decode()
    assert SolutionRevision.objects.latest("number").content["hosting"] == "Mainz"
    with pytest.raises(Overtaken):
        propose_change(solution=solution, organisation=city, content={}, read="alt", by=worker, submits=False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "erforderlich"), ({"summary": "x" * 151}, "150"), ({"role": "scaling_partner"}, "gültige"),
        ({"website_url": "javascript:alert(1)"}, "gültige"), ({"contact_email": "kein"}, "gültige"),
        ({"fields_of_action": ["gibt-es-nicht"]}, "gibt-es-nicht"), ({"standards": "x" * 61}, "60"),
        ({"title": "a\0b"}, "Nullzeichen"), ({"levels": ["bund", "mars"]}, "mars"),
    ],
)  # fmt: skip
def test_a_wrong_answer_comes_back_and_nothing_is_made(city, worker, change, words):
    answer = logged_in(worker).post(PROPOSE, FORM | change)
    assert (answer.status_code, words in answer.content.decode()) == (200, True)
    assert (Solution.objects.count(), SolutionProposal.objects.count()) == (0, 0)


def test_nothing_more_than_the_form_asks_can_be_set(city, worker, village):
    logged_in(worker).post(
        PROPOSE, FORM | {"slug": "x", "campus_stage": "scaling", "trl": "9", "status": "released", "is_fictitious": "1",
                         "organisation": village.pk, "author": "1", "editorial_status": "published"}
    )  # fmt: skip
    content = SolutionRevision.objects.get().content
    assert (content["campus_stage"], content["trl"], content["is_fictitious"]) == ("identified", None, False)
    assert SolutionProposal.objects.get().organisation == city
    assert Solution.objects.get().editorial_status == "draft"


def test_two_of_one_name_get_two_addresses(city, worker):
    for _ in range(2):
        logged_in(worker).post(PROPOSE, FORM)
    assert sorted(Solution.objects.values_list("slug", flat=True)) == ["bauantrag-polch", "bauantrag-polch-2"]


@pytest.mark.parametrize("role", ["viewer", "stranger", "foreign owner", "no account"])
def test_nobody_else_proposes_changes_or_confirms(city, village, worker, editor, approver, regions, outsider, role):
    solution = published(city, worker, editor, approver)
    use = record_transfer(
        solution=solution, region=regions["07137"], organisation=city, stage="live", verification="unverified",
        by=editor,
    )  # fmt: skip
    person = {"stranger": outsider, "no account": None}.get(role, ...)
    if person is ...:
        person = member(village if role == "foreign owner" else city, role.split()[-1], "x@x.example")
    client = logged_in(person) if person else Client()
    expected = {"viewer": 403, "no account": 302}.get(role, 404)
    pages = [PROPOSE, f"{HOME}loesungen/{solution.slug}/", f"{HOME}nutzung/{use.pk}/"]
    for page in pages:
        assert client.get(page).status_code == expected, page
        assert client.post(page, FORM | {"antwort": "ja"}).status_code == expected, page
    assert client.get(HOME).status_code == {"viewer": 200, "no account": 302}.get(role, 404)
    assert (SolutionRevision.objects.count(), Transfer.objects.get().verification) == (1, "unverified")
    if person:
        for verb in (
            lambda: propose_solution(organisation=city, content=empty_content(), by=person, submits=False),
            lambda: propose_change(solution=solution, organisation=city, content={}, read="", by=person, submits=False),
            lambda: confirm_own_transfer(transfer=use, is_still_true=True, by=person),
        ):
            with pytest.raises(PermissionDenied):
                verb()


def test_a_solution_of_others_cannot_be_changed_through_the_own_organisation(city, village, worker, editor, approver):
    theirs = published(village, member(village, "editor"), editor, approver)
    SolutionOrganisation.objects.create(solution=theirs, organisation=city, role="scaling_partner")
    assert logged_in(worker).get(f"{HOME}loesungen/{theirs.slug}/").status_code == 404
    with pytest.raises(PermissionDenied):
        propose_change(solution=theirs, organisation=city, content={}, read=fingerprint({}), by=worker, submits=False)


def test_a_draft_of_others_is_seen_by_nobody_else(city, village, worker):
    propose_solution(
        organisation=village, by=member(village, "editor"), submits=True,
        content=empty_content() | {"title": "Geheim", "summary": "Geheim."},
    )  # fmt: skip
    assert "Geheim" not in text(logged_in(worker), HOME)
    assert logged_in(worker).get(f"{HOME}loesungen/geheim/").status_code == 404


@pytest.fixture
def old_use(city, worker, editor, approver, regions) -> Transfer:
    solution = published(city, worker, editor, approver)
    long_ago = timezone.now() - timedelta(days=400)
    return record_transfer(
        solution=solution, region=regions["07137"], organisation=city, stage="live", verification="verified",
        evidence="Vertrag", by=editor, at=long_ago,
    )  # fmt: skip


def test_a_use_that_nobody_confirmed_for_a_year_is_listed_and_confirmed(worker, old_use):
    client = logged_in(worker)
    assert "Landkreis Mayen-Koblenz Produktivbetrieb, zuletzt bestätigt am" in text(client, HOME)
    assert client.get(f"{HOME}nutzung/{old_use.pk}/").status_code == 200
    assert Transfer.objects.get().verification == "verified"
    assert client.post(f"{HOME}nutzung/{old_use.pk}/", {"antwort": "ja"})["Location"] == HOME
    use = Transfer.objects.get()
    assert (use.verification, use.moves.latest("pk").by) == ("self_declared", worker)
    assert "Nichts ist zu bestätigen." in text(client, HOME)


def test_a_no_goes_to_the_campus_team(worker, old_use):
    logged_in(worker).post(f"{HOME}nutzung/{old_use.pk}/", {"antwort": "nein"})
    assert ConfirmationRequest.objects.denied().get().transfer == old_use
    assert Transfer.objects.get().stage == "live"


def test_what_was_reported_in_its_name_is_listed_without_the_address(city, worker, editor, approver, regions):
    solution = published(city, worker, editor, approver)
    place = {"solution": solution, "region": regions["07137"], "organisation": city, "kind": "use"}
    UseReport.objects.create(**place, email="unbestaetigt@x.example")
    UseReport.objects.create(**place, email="amt@x.example", confirmed_at=timezone.now())
    seen = text(logged_in(worker), HOME)
    assert seen.count("Wir nutzen das: Lösung in Landkreis Mayen-Koblenz") == 1
    assert "x.example" not in seen.partition("Personen")[0]


@pytest.mark.parametrize("answer", ["", "vielleicht", "JA"])
def test_no_answer_changes_nothing(worker, old_use, answer):
    assert logged_in(worker).post(f"{HOME}nutzung/{old_use.pk}/", {"antwort": answer}).status_code == 200
    assert (Transfer.objects.get().verification, ConfirmationRequest.objects.count()) == ("verified", 0)


def test_a_viewer_sees_everything_and_no_button(city, worker, old_use):
    seen = text(logged_in(member(city, "viewer")), HOME)
    assert "Landkreis Mayen-Koblenz" in seen
    for button in ("Lösung vorschlagen", "Angaben ergänzen", "Stimmt das noch?", "Personen einladen"):
        assert button not in seen


def test_the_page_takes_the_same_statements_for_one_and_for_many(
    city, worker, editor, approver, regions, django_assert_num_queries
):
    client = logged_in(worker)
    published(city, worker, editor, approver)
    with django_assert_num_queries(10) as first:
        client.get(HOME)
    for n in range(6):
        published(city, worker, editor, approver, title=f"Lösung {n}")
        OrganisationUser.objects.create(organisation=city, user=User.objects.create_user(f"p{n}@x.example"))
    with django_assert_num_queries(len(first)):
        client.get(HOME)


@pytest.mark.parametrize("page", [HOME, PROPOSE, "/konto/organisation/gibt-es-nicht/", "/konto/organisation/STADT/"])
def test_a_stranger_learns_nothing_of_which_organisations_have_pages(city, outsider, page):
    assert logged_in(outsider).get(page).status_code == 404
