"""Accounts and roles are given by a superuser alone; nobody sees or sets another's password."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from members.models import Organisation, User
from tests.admin.forms import browser_fields

PEOPLE = "/admin/members/user/"


@pytest.fixture
def chief_desk(at_desk, db) -> Client:
    return at_desk(User.objects.create_superuser("chefin@campus.example", "ein langes Passwort 1"))


def test_a_new_person_has_a_role_and_no_password(chief_desk) -> None:
    Group.objects.get_or_create(name=User.REDAKTION)  # made by a migration; tests with real commits empty all tables
    page = chief_desk.get(f"{PEOPLE}add/")
    role = page.context["adminform"].form.fields["groups"].queryset.get(name=User.REDAKTION)
    fields = browser_fields(page) | {
        "email": "Neu@Campus.example",
        "name": "Nele Neu",
        "is_staff": "on",
        "groups": [role.pk],
    }
    chief_desk.post(f"{PEOPLE}add/", fields)
    person = User.objects.get(email="neu@campus.example")
    assert person.has_usable_password() is False
    assert person.has_perm("catalogue.add_transfer") is True


def test_the_page_of_a_person_shows_no_password(chief_desk, editor) -> None:
    html = chief_desk.get(f"{PEOPLE}{editor.pk}/change/").content.decode()
    assert 'name="password"' not in html
    assert editor.password not in html


@pytest.mark.parametrize("who", ["editor", "approver", "procurement_officer", "lead"])
def test_no_role_gives_roles(who, request, at_desk) -> None:
    person = request.getfixturevalue(who)
    client = at_desk(person)
    assert client.get(PEOPLE).status_code == 403
    assert client.post(f"{PEOPLE}{person.pk}/change/", {"is_superuser": "on"}).status_code == 403
    assert client.get("/admin/auth/group/").status_code == 404


def test_who_left_is_out_at_once(desk, editor) -> None:
    assert desk.get("/admin/").status_code == 200
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert desk.get("/admin/").status_code == 302


def test_the_password_is_changed_at_the_account(desk) -> None:
    assert desk.get("/admin/password_change/").url == reverse("account_change_password")


def test_an_editor_keeps_organisations_and_their_membership(desk, city) -> None:
    place = f"/admin/members/organisation/{city.pk}/change/"
    fields = browser_fields(desk.get(place)) | {"website_url": "stadt.example", "memberships-0-category": "ordinary"}
    desk.post(place, fields)
    city.refresh_from_db()
    assert city.website_url == "https://stadt.example"
    assert city.memberships.get().category == "ordinary"


def test_regions_are_only_read(desk, regions) -> None:
    place = f"/admin/members/region/{regions['07'].pk}/change/"
    assert "Rheinland-Pfalz" in desk.get(place).content.decode()
    assert desk.post(place, {"label": "x"}).status_code == 403


def test_organisations_are_not_deleted(chief_desk, city) -> None:
    chief_desk.post(f"/admin/members/organisation/{city.pk}/delete/", {"post": "yes"})
    assert Organisation.objects.count() == 1
