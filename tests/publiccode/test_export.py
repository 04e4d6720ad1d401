"""A machine fetches each open solution as publiccode.yml, valid by the standard."""

from pathlib import Path

import pytest
import yaml

from catalogue.actions import (
    create_solution,
    import_publiccode,
    record_transfer,
    release_revision,
    save_revision,
    submit_revision,
)
from catalogue.models import Solution
from catalogue.publiccode.exporting import publiccode_of
from catalogue.publiccode.validator import validate

OPEN = Path(__file__).resolve().parents[3] / "shared" / "data" / "publiccode" / "open"
PATH = "/api/v1/solutions/terminbuch/publiccode.yml"
CONTENT = {
    "title": "Terminbuch", "summary": "Termine beim Amt", "source_url": "https://git.example/terminbuch",
    "licence": "EUPL-1.2", "standards": ["gdpr", "urn:xoev-de:kosit:standard:xta", "FIT-Connect"],
}  # fmt: skip

pytestmark = pytest.mark.django_db


def released(content: dict, editor, approver) -> Solution:
    revision = create_solution(slug="terminbuch", content=content, by=editor)
    return release_revision(revision=submit_revision(revision=revision, by=editor), by=approver)


def exported(text: str) -> dict:
    report = validate(text.encode())
    assert ([*map(str, report.errors)], [*map(str, report.hints)]) == ([], [])
    return yaml.safe_load(text)


def test_a_solution_that_says_little_is_valid_and_says_what_is_assumed(client, editor, approver):
    released(CONTENT, editor, approver)
    answer = client.get(PATH)
    text = answer.content.decode()
    said = exported(text)
    assert answer.headers["Content-Type"] == "application/yaml; charset=utf-8"
    assert text.splitlines()[1].endswith(
        "sie sind angenommen: developmentStatus, localisation, maintenance, platforms, softwareType"
    )
    assert said["supports"] == [{"id": "urn:xoev-de:kosit:standard:xta"}, {"id": "alias:gdpr"}]
    assert (said["legal"], said["url"]) == ({"license": "EUPL-1.2"}, "https://git.example/terminbuch")


def test_it_says_who_uses_it_as_far_as_everybody_may_know(client, editor, approver, regions):
    solution = released(CONTENT, editor, approver)
    for key, stage in (("07137", "live"), ("02", "interest")):
        record_transfer(solution=solution, region=regions[key], organisation=None, stage=stage, by=editor)
    assert exported(client.get(PATH).content.decode())["usedBy"] == ["Landkreis Mayen-Koblenz"]


@pytest.mark.parametrize("missing", ["source_url", "licence"])
def test_what_is_not_open_has_no_file_and_the_answer_says_why(client, editor, approver, missing):
    released(CONTENT | {missing: ""}, editor, approver)
    answer = client.get(PATH)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert "hat kein publiccode.yml" in answer.json()["detail"]


def test_drafts_and_strangers_slugs_are_not_found(client, editor):
    create_solution(slug="terminbuch", content=CONTENT, by=editor)
    assert [client.get(path).status_code for path in (PATH, PATH.replace("terminbuch", "x"))] == [404, 404]
    assert client.post(PATH).status_code == 405


@pytest.mark.skipif(not OPEN.is_dir(), reason=f"the real files are not there: {OPEN}")
def test_what_was_imported_and_released_is_exported_valid(editor, approver):
    texts = []
    for path in sorted(OPEN.glob("*.yml"))[::6]:
        plan = import_publiccode(raw=path.read_bytes(), address=str(path), by=None)
        content = plan.content | {"licence": plan.content["licence"] or "MIT"}
        revision = save_revision(revision=plan.revision, content=content, by=editor)
        release_revision(revision=submit_revision(revision=revision, by=editor), by=approver)
        texts.append(publiccode_of(Solution.objects.get(pk=plan.solution.pk)))
    assert [exported(text)["publiccodeYmlVersion"] for text in texts] == ["0"] * 9
