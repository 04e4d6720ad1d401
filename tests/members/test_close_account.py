"""An account is closed, not deleted: the person is forgotten, and what it released keeps its four eyes."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from catalogue.models import Solution, SolutionRevision
from members.actions import CLOSED, close_account
from members.models import Organisation, OrganisationUser, OutgoingMail, User

pytestmark = pytest.mark.django_db
SECOND = "rita@privat.example"


@pytest.fixture
def chief(db) -> User:
    return User.objects.create_superuser("chefin@campus.example", "ein langes Passwort 1", name="Charlotte Chefin")


@pytest.fixture
def full(editor, approver, chief) -> User:
    """An editor with everything that an account can have."""
    EmailAddress.objects.create(user=editor, email=editor.email, verified=True, primary=True)
    EmailAddress.objects.create(user=editor, email=SECOND)
    for address in (editor.email, SECOND.title()):
        OutgoingMail.objects.create(to=address, subject="Passwort", text="Link", purpose="account")
    organisation = Organisation.objects.create(slug="amt", name="Amt", kind="municipal")
    OrganisationUser.objects.create(organisation=organisation, user=editor)
    solution = Solution.objects.create(slug="s", title="S", summary="S")
    people = {"author": editor, "approver": approver}
    SolutionRevision.objects.create(solution=solution, number=1, base_number=0, status="rejected", **people)
    person = ContentType.objects.get_for_model(User)
    about = {"content_type": person, "object_id": editor.pk, "object_repr": str(editor), "action_flag": CHANGE}
    LogEntry.objects.create(user=chief, **about)
    return editor


def tables_that_say(text: str) -> set[str]:
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT 1 FROM "{table}" t WHERE t::text ILIKE %s LIMIT 1', [f"%{text}%"])
            found |= {table} if cursor.fetchone() else set()
    return found


def test_no_table_names_the_person_any_more(full, chief):
    email, name = full.email, full.name
    assert len(tables_that_say(email)) == 3
    close_account(user=full, by=chief)

    assert [tables_that_say(text) for text in (email, name, SECOND)] == [set(), set(), set()]


def test_what_was_written_keeps_its_four_eyes(full, approver, chief):
    close_account(user=full, by=chief)

    revision = SolutionRevision.objects.get()
    assert (revision.author, revision.approver) == (full, approver)
    assert str(revision.author) == CLOSED


def test_the_account_may_nothing_and_is_nobodys_login(full, chief):
    client = Client()
    client.force_login(full)
    assert client.get("/konto/").status_code == 200
    close_account(user=full, by=chief)
    full.refresh_from_db()

    assert (full.is_active, full.is_staff, full.has_usable_password()) == (False, False, False)
    assert (full.groups.count(), full.organisations.count()) == (0, 0)
    assert client.get("/konto/").status_code == 302


def test_others_keep_what_is_theirs(full, chief, approver):
    OutgoingMail.objects.create(to=approver.email, subject="Passwort", text="Link", purpose="account")
    close_account(user=full, by=chief)

    assert OutgoingMail.objects.get().to == approver.email
    assert tables_that_say(approver.name) == {"members_user"}


def test_nobody_closes_the_own_account(chief):
    with pytest.raises(ValidationError):
        close_account(user=chief, by=chief)
    chief.refresh_from_db()
    assert chief.is_active is True


def test_the_admin_asks_and_closes(full, chief):
    desk = Client()
    desk.force_login(chief)
    step = f"/admin/members/user/{full.pk}/schritt/konto-schliessen/"
    assert "Das lässt sich nicht zurücknehmen." in desk.get(step).content.decode()
    full.refresh_from_db()
    assert full.is_active is True

    assert desk.post(step).status_code == 302
    full.refresh_from_db()
    assert full.name == CLOSED
    assert tables_that_say("Rita Redaktion") == set()
    assert desk.get(f"/admin/members/user/{full.pk}/change/").status_code == 200


@pytest.mark.parametrize("who", ["editor", "approver", "procurement_officer", "lead"])
def test_no_role_closes_an_account(who, request, outsider):
    client = Client()
    client.force_login(request.getfixturevalue(who))
    step = f"/admin/members/user/{outsider.pk}/schritt/konto-schliessen/"

    assert [client.get(step).status_code, client.post(step).status_code] == [403, 403]
    outsider.refresh_from_db()
    assert outsider.is_active is True
