"""People of the campus team at their desks, and something to work on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.actions import create_solution, release_revision, submit_revision
from catalogue.models import Solution, SolutionRevision
from members.models import Organisation, User


@pytest.fixture
def at_desk() -> Callable[[User], Client]:
    """The browser of a person who is logged in."""

    def log_in(person: User) -> Client:
        client = Client()
        client.force_login(person, backend="govtech_portal.roles.RoleBackend")
        return client

    return log_in


@pytest.fixture
def desk(at_desk, editor) -> Client:
    return at_desk(editor)


@pytest.fixture
def second_desk(at_desk, approver) -> Client:
    return at_desk(approver)


@pytest.fixture
def city(db) -> Organisation:
    return Organisation.objects.create(slug="stadt-polch", name="Stadt Polch", kind=Organisation.Kind.MUNICIPAL)


@pytest.fixture
def draft(editor) -> SolutionRevision:
    """Fassung 1 of a solution that nobody released yet, written by the editor."""
    content = {"title": "LLMoin", "summary": "Schreibt Entwürfe für Vermerke."}
    return create_solution(slug="llmoin", content=content, by=editor, note="erste Fassung")


@pytest.fixture
def solution(draft, editor, approver) -> Solution:
    """Published as its first revision, a week ago."""
    submit_revision(revision=draft, by=editor)
    return release_revision(revision=draft, by=approver, at=timezone.now() - timedelta(days=7))
