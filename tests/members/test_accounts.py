"""People log in under German addresses: staff and leads go on to the admin, everybody else is told politely."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from members.models import OutgoingMail, User

PASSWORD = "ein langes Passwort 1"
LOGIN = "/konto/anmelden/"


def confirmed(person: User) -> User:
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def log_in(client, person: User, then: str = ""):
    return client.post(f"{LOGIN}?next={then}" if then else LOGIN, {"login": person.email, "password": PASSWORD})


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("account_login", "/konto/anmelden/"),
        ("account_logout", "/konto/abmelden/"),
        ("account_signup", "/konto/registrieren/"),
        ("account_reset_password", "/konto/passwort/"),
        ("account_home", "/konto/"),
    ],
)
def test_addresses_are_german_and_names_are_allauths(name, path):
    assert reverse(name) == path


@pytest.mark.parametrize("role", ["editor", "approver", "procurement_officer", "lead"])
def test_the_campus_team_goes_on_to_the_admin(client, request, role):
    person = confirmed(request.getfixturevalue(role))
    first = client.get("/admin/", follow=True)
    assert first.redirect_chain[-1][0].startswith(LOGIN)
    answer = log_in(client, person, "/admin/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_who_is_no_staff_gets_a_polite_refusal_and_no_loop(client, outsider):
    log_in(client, confirmed(outsider))
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert len(answer.redirect_chain) <= 1


def test_a_login_leads_to_ones_account(client, outsider):
    answer = log_in(client, confirmed(outsider))
    assert answer["Location"] == "/konto/"
    text = client.get("/konto/").content.decode()
    assert "Fritz Fremd" in text
    assert "Verwaltung öffnen" not in text


def test_the_account_page_leads_staff_to_the_admin(client, editor):
    log_in(client, confirmed(editor))
    assert "Verwaltung öffnen" in client.get("/konto/").content.decode()


def test_the_account_page_needs_a_login(client, db):
    assert client.get("/konto/")["Location"] == f"{LOGIN}?next=/konto/"


@pytest.mark.parametrize("elsewhere", ["https://boese.example/", "//boese.example/", "/\\boese.example"])
def test_a_login_never_leads_off_site(client, editor, elsewhere):
    assert log_in(client, confirmed(editor), elsewhere)["Location"] == "/konto/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, editor):
    confirmed(editor)
    wrong = client.post(LOGIN, {"login": editor.email, "password": "falsch"})
    unknown = client.post(LOGIN, {"login": "niemand@campus.example", "password": "falsch"})
    assert (wrong.status_code, wrong.context["form"].errors) == (unknown.status_code, unknown.context["form"].errors)


def test_a_disabled_person_does_not_get_in(client, editor):
    User.objects.filter(pk=confirmed(editor).pk).update(is_active=False)
    log_in(client, editor)
    assert "_auth_user_id" not in client.session


def test_nobody_registers_themselves_and_the_page_says_how_to_get_an_account(client, db):
    assert "Konto" in client.get("/konto/registrieren/").content.decode()
    client.post("/konto/registrieren/", {"email": "neu@campus.example", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.exists()


def test_logging_out_is_a_post(client, editor):
    log_in(client, confirmed(editor))
    client.get("/konto/abmelden/")
    assert "_auth_user_id" in client.session
    assert client.post("/konto/abmelden/")["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_a_reset_answers_alike_and_writes_only_to_the_known(client, editor):
    confirmed(editor)
    known = client.post("/konto/passwort/", {"email": editor.email})
    mails = list(OutgoingMail.objects.filter(to=editor.email))
    unknown = client.post("/konto/passwort/", {"email": "niemand@campus.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(mails) == 1
    assert "/konto/passwort/neu/" in mails[0].text
