"""Whatever is sent to the pages of an account: no error of ours, and nothing changes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalogue.models import SolutionProposal
from members.models import Invitation, Organisation, OrganisationUser, OutgoingMail
from tests.members.people import logged_in, member

pytestmark = pytest.mark.django_db
ODD = ["\0", "9" * 400, "\ud800", "ä" * 9000, ["{{7*7}}", "-1"]]
PAGES = [
    "/konto/", "/konto/sitzungen/", "/konto/mfa/", "/konto/organisation/stadt/", "/konto/organisation/stadt/personen/",
    "/konto/organisation/stadt/vorschlagen/", "/konto/oidc/", "/konto/e-mail/", "/konto/passwort/aendern/",
    "/konto/bestaetigen/", "/konto/mfa/app/", "/konto/anmelden/passkey/", "/konto/mfa/code/",
]  # fmt: skip
FIELDS = [
    "q", "next", "sitzung", "email", "role", "title", "summary", "fields_of_action", "levels", "standards", "read",
    "password", "code", "account", "action_add", "entwurf", "ende", "antwort",
]  # fmt: skip


@pytest.fixture
def city(db) -> Organisation:
    return Organisation.objects.create(slug="stadt", name="Stadt Polch", kind="municipal")


@pytest.fixture
def client(city):
    return logged_in(member(city, "owner"))


def counts() -> list[int]:
    return [kind.objects.count() for kind in (Invitation, OrganisationUser, OutgoingMail, SolutionProposal)]


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:12])
def test_no_value_of_any_field_breaks_a_page(client, value):
    value = value.encode("utf-8", "surrogatepass").decode("latin-1") if value == "\ud800" else value
    before = counts()
    for page in PAGES:
        form = dict.fromkeys(FIELDS, value)
        assert client.get(page, {"next": value, "seite": value, "process": value}).status_code < 500, page
        assert client.post(page, form).status_code < 500, page
    assert counts() == before


@pytest.mark.parametrize(
    "path",
    ["/konto/organisation/%00/", "/konto/organisation/stadt/personen/99999999999999999999999/",
     "/konto/organisation/stadt/nutzung/99999999999999999999999/", "/konto/organisation/stadt/loesungen/x/",
     "/konto/organisation/stadt/einladungen/0/", "/konto/einladung/%00/", "/konto/einladung/%ff%fe/",
     "/konto/einladung/" + "a" * 3000 + "/", "/konto/mfa/passkeys/99999999999999999999/", "/konto/oidc/gibt-es-nicht/",
     "/konto/oidc/dienstkonto/zurueck/?code=%00&state=%00", "/konto/passwort/neu/zzzzzzzzzzzzzzzzzzzzzz-x/"],
)  # fmt: skip
def test_an_address_that_leads_nowhere_says_so(client, path):
    for answer in (client.get(path), client.post(path, {"ende": "1", "role": "owner", "antwort": "ja"})):
        assert answer.status_code in (200, 302, 401, 404, 405), (path, answer.status_code)


def test_json_a_file_and_a_torn_body_are_no_forms(client):
    file = SimpleUploadedFile("x.svg", b"<svg onload=alert(1)>")
    for page in PAGES:
        assert client.post(page, {"email": file, "title": file}).status_code < 500, page
        for body, kind in (
            (b'{"email": "x@y.example"}', "application/json"),
            (b"--x\r\nContent-", "multipart/form-data; boundary=x"),
        ):
            assert client.post(page, body, content_type=kind).status_code < 500, (page, kind)
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize("method", ["put", "delete"])
def test_other_methods_do_nothing(client, method):
    before = counts()
    for page in PAGES:
        assert getattr(client, method)(page).status_code < 500, page
    assert counts() == before
