"""The editor takes publiccode.yml over from an upload: first a preview, then drafts, and the origin of each value."""

from django.core.files.uploadedfile import SimpleUploadedFile

from catalogue.models import PubliccodeFile, Solution
from tests.publiccode.test_import import FILE

LIST = "/admin/catalogue/publiccodefile/"
ADD = f"{LIST}add/"


def upload(text: str = FILE, name: str = "publiccode.yml") -> dict:
    return {"addresses": "", "upload": SimpleUploadedFile(name, text.encode())}


def shown(answer) -> dict:
    """What the preview carries to the next step."""
    context = answer.context
    return {"addresses": "", **context["kept"], "gesehen": [row["plan"].sha256 for row in context["previews"]]}


def test_the_preview_says_what_will_happen_and_writes_nothing(desk, db):
    answer = desk.post(ADD, upload())
    [preview] = answer.context["previews"]
    assert (preview["result"], preview["left_out"], Solution.objects.count()) == (
        "neu", ["Zeile 4: landingURL ist keine Internetadresse mit http:// oder https://"], 0,
    )  # fmt: skip
    assert [(row["label"], row["value"]) for row in preview["changes"]] == [
        ("Name", "Terminbuch"),
        ("In einem Satz", "Termine beim Amt"),
        ("Was leistet sie?", "Bürgerinnen und Bürger buchen Termine.\n\n- Termine\n- Absagen"),
        ("Entwicklungsstand", "stabil"),
        ("Lizenz (SPDX)", "EUPL-1.2"),
        ("Quellcode", "https://Git.example/stadt/terminbuch.git"),
        ("Ansprechpersonen", "Team Terminbuch, termin@stadt.example, +49 1"),
    ]


def test_what_was_shown_is_taken_over_and_its_page_names_the_origin(desk, editor):
    taken = desk.post(ADD, shown(desk.post(ADD, upload())) | {"uebernehmen": "ja"})
    file = PubliccodeFile.objects.get()
    assert (taken.url, file.raw) == (LIST, FILE)
    assert file.solution.revisions.get().author == editor
    page = desk.get(f"{LIST}{file.pk}/change/").text
    assert "description.de.shortDescription" in page
    assert "Gemeente Utrecht" in page
    assert desk.get(LIST).status_code == 200


def test_a_file_with_other_ends_of_lines_is_taken_over_at_once(desk, db):
    seen = shown(desk.post(ADD, upload("\ufeff" + FILE.replace("\n", "\r\n"))))
    desk.post(ADD, seen | {"text": seen["text"].replace("\n", "\r\n"), "uebernehmen": "ja"})
    assert Solution.objects.count() == 1


def test_what_was_not_shown_is_not_taken_over(desk, db):
    seen = shown(desk.post(ADD, upload()))
    answer = desk.post(ADD, seen | {"text": FILE.replace("stable", "beta"), "uebernehmen": "ja"})
    assert "seit der Vorschau geändert" in answer.text
    assert Solution.objects.count() == 0


def test_a_refused_file_says_why_and_in_which_line(desk, db):
    answer = desk.post(ADD, upload("name: a\nname: b\n"))
    assert "Zeile 2: der Schlüssel name steht doppelt" in answer.text
    assert not answer.context["may_take_over"]


def test_nothing_or_an_address_inside_our_network_is_refused_in_words(desk, db):
    assert "Bitte geben Sie eine Adresse an" in desk.post(ADD, {"addresses": ""}).text
    assert "Die Adresse muss mit https:// beginnen." in desk.post(ADD, {"addresses": "http://10.0.0.1/"}).text
    assert "privates Netz" in desk.post(ADD, {"addresses": "https://10.0.0.1/publiccode.yml"}).text
    many = " ".join(f"https://{n}.example" for n in "abcdef")
    assert "höchstens 5 Adressen" in desk.post(ADD, {"addresses": many}).text


def test_who_may_not_add_solutions_may_not_take_files_over(at_desk, lead, outsider):
    assert [at_desk(person).get(ADD).status_code for person in (lead, outsider)] == [403, 302]
    assert at_desk(lead).post(ADD, upload()).status_code == 403
