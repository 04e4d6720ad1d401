"""Staff take publiccode.yml files over: into drafts, once, with the file kept and hand-made changes left alone."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from catalogue.actions import create_solution, import_publiccode, release_revision, save_revision, submit_revision
from catalogue.models import PubliccodeFile, Solution, SolutionRevision

OPEN = Path(__file__).resolve().parents[3] / "shared" / "data" / "publiccode" / "open"
ADDRESS = "https://git.example/stadt/terminbuch/raw/publiccode.yml"
FILE = """\
publiccodeYmlVersion: "0"
name: Terminbuch
url: "https://Git.example/stadt/terminbuch.git"
landingURL: kein Link
platforms: [web]
developmentStatus: stable
softwareType: standalone/web
usedBy:
  - Landkreis Mayen-Koblenz
  - Gemeente Utrecht
description:
  en: {shortDescription: Appointments, longDescription: Long}
  de:
    shortDescription: Termine beim Amt
    longDescription: Bürgerinnen und Bürger buchen Termine.
    features: [Termine, Absagen]
legal:
  license: eupl-1.2
maintenance:
  type: community
  contacts:
    - {name: Team Terminbuch, email: termin@stadt.example, phone: "+49 1"}
localisation: {localisationReady: yes, availableLanguages: [de]}
"""
MAYEN_KOBLENZ = "Landkreis Mayen-Koblenz"

pytestmark = pytest.mark.django_db


def take(text: str = FILE, address: str = ADDRESS, by=None):
    return import_publiccode(raw=text.encode(), address=address, by=by)


def released(plan, editor, approver) -> Solution:
    revision = submit_revision(
        revision=save_revision(revision=plan.revision, content=plan.content, by=editor), by=editor
    )
    return release_revision(revision=revision, by=approver)


def run(*arguments) -> str:
    out = StringIO()
    call_command("import_publiccode", *arguments, stdout=out)
    return out.getvalue()


def test_a_file_becomes_a_draft_that_a_person_releases():
    plan = take()
    content = plan.solution.revisions.get().content
    assert (plan.result, plan.solution.editorial_status, plan.solution.number) == ("created", "draft", 0)
    assert {name: content[name] for name in ("title", "summary", "licence", "source_url", "website_url")} == {
        "title": "Terminbuch", "summary": "Termine beim Amt", "licence": "EUPL-1.2",
        "source_url": "https://Git.example/stadt/terminbuch.git", "website_url": "",
    }  # fmt: skip
    assert content["description"] == "Bürgerinnen und Bürger buchen Termine.\n\n- Termine\n- Absagen"
    assert [contact["email"] for contact in content["contacts"]] == ["termin@stadt.example"]


def test_what_does_not_fit_is_told_with_its_line():
    plan = take()
    assert plan.found.left_out == ["Zeile 4: landingURL ist keine Internetadresse mit http:// oder https://"]
    assert "Zeile 23: localisation.localisationReady hat die falsche Form: nur true oder false" in map(str, plan.errors)


def test_the_file_is_kept_with_the_origin_of_each_value():
    file = PubliccodeFile.objects.get(solution=take().solution)
    assert (file.raw, file.source_id, file.address) == (FILE, "git.example/stadt/terminbuch", ADDRESS)
    origin = file.provenance["summary"]
    assert (origin["value"], origin["key"], origin["line"], origin["from"]) == (
        "Termine beim Amt", "description.de.shortDescription", 14, ADDRESS,
    )  # fmt: skip
    assert sorted(file.provenance) == sorted(
        ["title", "summary", "description", "licence", "source_url", "development_status", "contacts"]
    )


def test_who_uses_it_is_found_or_asked(regions):
    file = PubliccodeFile.objects.get(solution=take().solution)
    assert [(use["name"], use["region"]) for use in file.uses] == [(MAYEN_KOBLENZ, "07137"), ("Gemeente Utrecht", None)]


def test_the_same_file_twice_writes_nothing():
    take()
    with CaptureQueriesContext(connection) as queries:
        plan = take()
    writes = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert (plan.result, writes, SolutionRevision.objects.count()) == ("unchanged", [], 1)


def test_a_newer_file_changes_the_draft_and_not_what_is_published(editor, approver):
    solution = released(take(), editor, approver)
    plan = take(FILE.replace("Termine beim Amt", "Termine bei jedem Amt"))
    solution.refresh_from_db()
    draft = solution.revisions.open().get()
    assert (plan.result, plan.changed_fields) == ("updated", ["summary"])
    assert (solution.summary, draft.content["summary"], draft.status) == (
        "Termine beim Amt", "Termine bei jedem Amt", "draft",
    )  # fmt: skip


def test_a_change_made_by_hand_is_kept_and_the_difference_shown(editor):
    plan = take()
    save_revision(revision=plan.revision, content=plan.content | {"summary": "Von Hand"}, by=editor)
    newer = take(FILE.replace("Termine beim Amt", "Aus der Datei").replace("stable", "beta"))
    draft = SolutionRevision.objects.get()
    assert (draft.content["summary"], draft.content["development_status"]) == ("Von Hand", "beta")
    assert newer.differences == [
        {
            "field": "summary", "here": "Von Hand", "there": "Aus der Datei",
            "key": "description.de.shortDescription", "line": 14,
        }
    ]  # fmt: skip
    assert PubliccodeFile.objects.get().differences == newer.differences


def test_the_machine_does_not_make_a_persons_text_releasable_by_that_person(editor):
    plan = take()
    save_revision(revision=plan.revision, content=plan.content, by=editor)
    take(FILE.replace("stable", "beta"))
    assert SolutionRevision.objects.get().author == editor


def test_what_is_being_reviewed_is_left_alone(editor):
    plan = take()
    submit_revision(revision=plan.revision, by=editor)
    newer = take(FILE.replace("stable", "beta"))
    assert (newer.result, newer.reason) == (
        "refused", "Terminbuch liegt gerade zur Freigabe; die Datei wird danach übernommen",
    )  # fmt: skip
    assert SolutionRevision.objects.get().status == "in_review"


def test_a_solution_taken_in_by_hand_is_not_doubled(editor, approver):
    content = {"title": "Terminbuch", "summary": "Termine", "source_url": "https://git.example/stadt/terminbuch/"}
    revision = create_solution(slug="terminbuch", content=content, by=editor)
    release_revision(revision=submit_revision(revision=revision, by=editor), by=approver)
    plan = take()
    assert (plan.result, plan.solution, Solution.objects.count()) == ("updated", revision.solution, 1)
    assert [row["field"] for row in plan.differences] == ["summary"]


def test_one_software_comes_from_one_address():
    take()
    other = take(FILE.replace("stable", "beta"), address="https://fork.example/publiccode.yml")
    assert (other.result, other.reason) == ("refused", f"diese Software wird schon aus {ADDRESS} gelesen")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name: x\n", "url fehlt oder ist keine Internetadresse: ohne sie ist die Software nicht zu erkennen"),
        ("url: https://x.example/y\n", "name fehlt"),
        ("name: [x\n", "kein gültiges YAML"),
        ('name: "a\\0b"\nurl: https://x.example/y\n', "Zeile 1: Steuerzeichen gehören nicht in diese Datei"),
    ],
)
def test_without_a_name_or_an_address_it_is_refused_and_nothing_is_kept(text, reason):
    plan = take(text)
    assert (plan.result, reason in plan.reason, PubliccodeFile.objects.count()) == ("refused", True, 0)


def test_the_database_keeps_one_file_a_source():
    kept = PubliccodeFile.objects.get(solution=take().solution)
    kept.pk = None
    with pytest.raises(IntegrityError, match="publiccodefile_source_once"), transaction.atomic():
        kept.save()


def test_the_command_says_a_line_a_file_and_a_dry_run_writes_nothing(tmp_path):
    (tmp_path / "a.yml").write_text(FILE, encoding="utf-8")
    (tmp_path / "b.yml").write_text("name: b\nname: c\n", encoding="utf-8")
    lines = run(str(tmp_path), str(tmp_path / "none.yml"), "--dry-run").splitlines()
    assert [line.split()[0] for line in lines] == ["created", "refused", "refused", "3"]
    assert lines[1].endswith("| Zeile 2: der Schlüssel name steht doppelt")
    assert Solution.objects.count() == 0
    assert run(str(tmp_path)).splitlines()[-1] == "2 files: 1 created, 1 refused"
    assert run(str(tmp_path)).splitlines()[-1] == "2 files: 1 unchanged, 1 refused"


def test_the_command_fails_when_nothing_could_be_taken_over(tmp_path):
    with pytest.raises(CommandError):
        run(str(tmp_path / "none.yml"))


@pytest.mark.skipif(not OPEN.is_dir(), reason=f"the real files are not there: {OPEN}")
def test_all_54_real_files_give_a_draft_or_a_clear_refusal():
    first, second = run(str(OPEN)), run(str(OPEN))
    assert first.splitlines()[-1] == "54 files: 54 created"
    assert second.splitlines()[-1] == "54 files: 54 unchanged"
    assert SolutionRevision.objects.filter(status="draft").count() == 54
