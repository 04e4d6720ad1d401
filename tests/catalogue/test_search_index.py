"""The index says what the pages say, after every way to write; what is not public is not in it."""

import pytest
from django.core.management import call_command

from catalogue.actions import (
    archive_solution,
    create_solution,
    keep_synonym,
    release_revision,
    renew_keys,
    save_revision,
    start_revision,
    submit_revision,
    withdraw_solution,
)
from catalogue.content import content_of
from catalogue.models import SearchEntry, SearchWord, Solution, SolutionOrganisation, Synonym
from catalogue.search import find, index, index_solution, matching_ids, stale
from members.models import Organisation

NAMES = ("name", "title", "lead", "whole", "changed_at", "analyzer")


def assert_index_and_rows_agree() -> None:
    """One entry a public solution, and each as it would be made now."""
    kept = {entry.pk: entry for entry in SearchEntry.objects.all()}
    made = {}
    for solution in Solution.objects.published():
        entry, words = index.entry_of(solution)
        made[solution.pk] = entry
        assert set(words) <= set(SearchWord.objects.values_list("word", flat=True))
    assert set(kept) == set(made)
    again = [kept[pk] for pk in sorted(kept)]
    SearchEntry.objects.all().delete()
    SearchEntry.objects.bulk_create(made.values())
    renewed = SearchEntry.objects.order_by("pk")
    assert [[getattr(e, n) for n in NAMES] for e in again] == [[getattr(e, n) for n in NAMES] for e in renewed]


@pytest.fixture
def released(fields, editor, approver) -> Solution:
    Organisation.objects.create(slug="amt", name="Amt für Proben", short_name="AfP", kind="state")
    content = {
        "title": "Wohngeldantrag", "summary": "Ein Satz.", "description": "Ein **Text**.", "licence": "MIT",
        "standards": ["XBau"], "fields_of_action": ["ki"], "organisations": [{"organisation": "amt", "role": "owner"}],
    }  # fmt: skip
    revision = create_solution(slug="wohngeld", content=content, by=editor)
    assert SearchEntry.objects.count() == 0
    return release_revision(revision=submit_revision(revision=revision, by=editor), by=approver)


def found(text: str) -> list[str]:
    return sorted(Solution.objects.filter(pk__in=matching_ids(find(text))).values_list("slug", flat=True))


def test_a_release_is_found_at_once_by_everything_that_the_page_shows(released):
    for text in ("Wohngeld", "Satz", "Text", "MIT", "XBau", "Künstliche Intelligenz", "AfP", "Proben"):
        assert (text, found(text)) == (text, ["wohngeld"])
    assert_index_and_rows_agree()


def test_work_on_a_new_revision_is_not_found_before_its_release(released, editor, approver):
    revision = start_revision(solution=released, by=editor)
    content = content_of(released) | {"title": "Elterngeld"}
    revision = save_revision(revision=revision, content=content, by=editor)
    assert found("Elterngeld") == []
    release_revision(revision=submit_revision(revision=revision, by=editor), by=approver)
    assert (found("Elterngeld"), found("Wohngeld")) == (["wohngeld"], [])
    assert_index_and_rows_agree()


@pytest.mark.parametrize("take_offline", [archive_solution, withdraw_solution])
def test_what_is_taken_offline_leaves_the_index(released, approver, take_offline):
    take_offline(solution=released, by=approver)
    assert (SearchEntry.objects.count(), found("Wohngeld")) == (0, [])
    assert_index_and_rows_agree()


def test_a_new_name_of_an_organisation_or_a_field_is_found(released, client, approver, fields):
    client.force_login(approver, backend="govtech_portal.roles.RoleBackend")
    amt = Organisation.objects.get(slug="amt")
    forms = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    changed = {"name": "Behörde der Versuche", "slug": "amt", "kind": "state"} | forms
    assert client.post(f"/admin/members/organisation/{amt.pk}/change/", changed).status_code == 302
    field = {"name": "Maschinenlernen", "slug": "ki", "position": 0}
    assert client.post(f"/admin/catalogue/fieldofaction/{fields['ki'].pk}/change/", field).status_code == 302
    assert (found("Versuche"), found("Maschinenlernen"), found("Proben")) == (["wohngeld"], ["wohngeld"], [])
    assert_index_and_rows_agree()


def test_reindex_renews_what_is_missing_or_of_another_analyzer_and_nothing_else(released, make_solution, capsys):
    make_solution("zweite")
    SearchEntry.objects.filter(solution=released).update(analyzer=0)
    SearchEntry.objects.exclude(solution=released).delete()
    assert stale().count() == 2
    call_command("reindex")
    assert capsys.readouterr().out.startswith("2 von 2 Lösungen, ")
    call_command("reindex")
    assert capsys.readouterr().out == "Fertig: 0 Lösungen, 0 Synonyme erneuert, 0 Wörter vergessen.\n"
    call_command("reindex", "--all")
    assert capsys.readouterr().out.startswith("2 von 2 Lösungen, ")
    assert_index_and_rows_agree()


def test_reindex_forgets_words_and_entries_that_no_text_has(released, capsys):
    Solution.objects.filter(pk=released.pk).update(editorial_status="archived")  # past the verbs
    call_command("reindex")
    assert (SearchEntry.objects.count(), SearchWord.objects.count()) == (0, 0)


def test_an_interrupted_reindex_goes_on_where_it_stopped(make_solution, monkeypatch):
    for number in range(3):
        make_solution(f"s-{number}")
    SearchEntry.objects.all().delete()
    monkeypatch.setattr(index, "BATCH", 2)
    steps = index.reindex(stale())
    assert next(steps) == (2, 3)
    steps.close()
    assert stale().count() == 1


def test_synonyms_follow_a_new_analyzer(db, editor):
    Synonym.objects.all().delete()
    group = keep_synonym(words=["Kita", "Kindergärten"], narrower=[], by=editor)
    Synonym.objects.update(keys=["alt"])
    assert (renew_keys(), renew_keys()) == (1, 0)
    group.refresh_from_db()
    assert group.keys == ["kindergart", "kita"]


def test_indexing_costs_the_same_number_of_statements_for_one_and_for_many(
    released, make_solution, django_assert_num_queries
):
    for number in range(5):
        solution = make_solution(f"s-{number}")
        amt = Organisation.objects.get(slug="amt")
        SolutionOrganisation.objects.create(solution=solution, organisation=amt, role="owner")
    statements = 9
    with django_assert_num_queries(statements):
        index_solution(released)
    with django_assert_num_queries(statements):
        index.index_solutions(Solution.objects.all())
