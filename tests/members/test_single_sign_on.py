"""People of an authority log in with their account there: who is known, invited or given a role, and nobody else."""

import http.client
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from members.actions import invite_person
from members.models import Organisation, OrganisationUser, User
from tests.members.identity_provider import CLIENT, SECRET, IdentityProvider
from tests.members.people import PASSWORD, confirmed, log_in, logged_in, member

pytestmark = pytest.mark.django_db
BUTTON = "/konto/oidc/dienstkonto/"
HOME = "/konto/"


@pytest.fixture(scope="module")
def server() -> Iterator[IdentityProvider]:
    provider = IdentityProvider()
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def provider(server, settings) -> IdentityProvider:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = server.issuer, CLIENT, SECRET
    settings.OIDC_DOMAINS, settings.OIDC_ROLE_CLAIM, settings.OIDC_ROLES = ["stadt.example"], "roles", {}
    settings.OIDC_MFA_VALUES, settings.STAFF_MFA = {"mfa"}, True
    server.algorithm, server.kid, server.is_away = "RS256", "k1", False
    server.claims = {"sub": "4711", "email": "Erika@stadt.example", "email_verified": True, "name": "Erika Muster"}
    return server


@pytest.fixture
def city(db) -> Organisation:
    return Organisation.objects.create(slug="stadt", name="Stadt Polch", kind="municipal")


def through_provider(client: Client, then: str = ""):
    """As a browser goes: the button, the provider, and back."""
    begun = client.post(BUTTON + (f"?next={then}" if then else ""))
    assert begun.status_code == 302, begun.content[:300]
    there = urlsplit(begun["Location"])
    connection = http.client.HTTPConnection(there.netloc)
    connection.request("GET", f"{there.path}?{there.query}")
    back = connection.getresponse().getheader("Location")
    connection.close()
    return client.get(back.partition("testserver")[2])


def user_of(client: Client) -> User | None:
    return User.objects.filter(pk=client.session.get("_auth_user_id")).first()


def test_a_known_person_gets_in_by_the_proven_address_and_is_linked_from_then_on(client, provider):
    erika = confirmed(User.objects.create_user("erika@stadt.example"))
    assert through_provider(client)["Location"] == HOME
    assert user_of(client) == erika
    account = SocialAccount.objects.get()
    assert (account.user, account.uid, account.extra_data) == (erika, "4711", {})
    provider.claims["email"] = "geheiratet@stadt.example"
    again = Client()
    through_provider(again)
    assert user_of(again) == erika


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False}, {"email_verified": None}, {"email": "erika@boese.example"},
        {"email": "erika@stadt.example.boese.example"}, {"email": "erika@sub.stadt.example"}, {"email": None},
    ],
)  # fmt: skip
def test_an_address_that_is_not_proven_or_of_another_domain_finds_no_account(client, provider, claims):
    confirmed(User.objects.create_user("erika@stadt.example"))
    confirmed(User.objects.create_user("erika@boese.example"))
    provider.claims |= claims
    assert through_provider(client).status_code == 403
    assert (user_of(client), SocialAccount.objects.count()) == (None, 0)


def test_a_stranger_is_refused_and_nothing_is_stored(client, provider):
    answer = through_provider(client)
    assert answer.status_code == 403
    assert "noch keinen Zugang" in answer.content.decode()
    assert (User.objects.count(), SocialAccount.objects.count(), EmailAddress.objects.count()) == (0, 0, 0)


def test_an_invitation_lets_a_new_person_in_with_its_role(client, provider, city):
    invite_person(organisation=city, email="erika@stadt.example", role="editor", by=member(city, "owner"))
    assert through_provider(client)["Location"] == HOME
    erika = user_of(client)
    assert (erika.email, erika.name, erika.has_usable_password()) == ("erika@stadt.example", "Erika Muster", False)
    assert OrganisationUser.objects.get(user=erika).role == "editor"
    assert city.invitations.get().accepted_by == erika


def test_an_invitation_that_is_over_lets_nobody_in(client, provider, city):
    invite_person(organisation=city, email="erika@stadt.example", role="editor", by=member(city, "owner"))
    before = timezone.now() - timedelta(days=9)
    city.invitations.update(created_at=before, expires_at=before + timedelta(days=7))
    assert through_provider(client).status_code == 403


def test_the_role_in_an_organisation_comes_from_the_claim_and_goes_with_it(client, provider, city, settings):
    settings.OIDC_ROLES = {"pflege": "stadt:editor", "leitung": "stadt:owner"}
    provider.claims["roles"] = ["pflege", "kantine"]
    through_provider(client)
    erika = user_of(client)
    assert OrganisationUser.objects.get(user=erika).role == "editor"
    provider.claims["roles"] = ["leitung", "pflege"]
    through_provider(Client())
    assert OrganisationUser.objects.get(user=erika).role == "owner"
    provider.claims["roles"] = []
    through_provider(Client())
    assert not OrganisationUser.objects.filter(user=erika).exists()


def test_what_the_provider_does_not_govern_stays(client, provider, city, settings):
    settings.OIDC_ROLES = {"pflege": "andere:editor", "redaktion": "Redaktion"}
    erika = member(city, "owner", "erika@stadt.example")
    through_provider(client)
    assert OrganisationUser.objects.get(user=erika).role == "owner"


def test_a_claim_may_lie_deeper(client, provider, city, settings):
    settings.OIDC_ROLE_CLAIM, settings.OIDC_ROLES = "realm_access.roles", {"pflege": "stadt:viewer"}
    provider.claims["realm_access"] = {"roles": ["pflege"]}
    through_provider(client)
    assert OrganisationUser.objects.get(user=user_of(client)).role == "viewer"


@pytest.mark.parametrize("value", [{"a": 1}, [["redaktion"]], 7, None, "superuser"])
def test_an_odd_claim_gives_nothing(client, provider, settings, value):
    settings.OIDC_ROLES = {"redaktion": "Redaktion"}
    provider.claims["roles"] = value
    assert through_provider(client).status_code == 403


def test_staff_by_claim_still_needs_a_second_factor(client, provider, settings, editor):
    settings.OIDC_ROLES = {"redaktion": "Redaktion"}
    provider.claims["roles"] = ["redaktion"]
    assert through_provider(client, "/admin/")["Location"] == "/admin/"
    person = user_of(client)
    assert (person.is_staff, [g.name for g in person.groups.all()]) == (True, ["Redaktion"])
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/konto/mfa/"


@pytest.mark.parametrize("claims", [{"amr": ["pwd", "mfa"]}, {"acr": "mfa"}])
def test_a_provider_that_saw_two_factors_is_enough(client, provider, settings, editor, claims):
    settings.OIDC_ROLES = {"redaktion": "Redaktion"}
    provider.claims |= {"roles": ["redaktion"]} | claims
    through_provider(client)
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("claims", [{"amr": ["pwd"]}, {"amr": "nomfa"}, {"acr": "1"}, {"amr": {"mfa": True}}])
def test_another_word_of_the_provider_is_not(client, provider, settings, editor, claims):
    settings.OIDC_ROLES = {"redaktion": "Redaktion"}
    provider.claims |= {"roles": ["redaktion"]} | claims
    through_provider(client)
    assert client.get("/admin/").status_code == 302


def test_who_has_a_factor_here_is_asked_for_it_here_and_keeps_the_roles_of_the_claim(client, provider, settings, city):
    settings.OIDC_ROLES = {"pflege": "stadt:editor"}
    provider.claims["roles"] = ["pflege"]
    erika = confirmed(User.objects.create_user("erika@stadt.example"))
    Authenticator.objects.create(user=erika, type="totp", data={"secret": "x"})
    assert through_provider(client)["Location"] == "/konto/mfa/code/"
    assert user_of(client) is None


def test_a_role_that_is_taken_closes_the_admin_with_the_next_login(client, provider, settings, editor):
    settings.OIDC_ROLES = {"redaktion": "Redaktion"}
    provider.claims |= {"roles": ["redaktion"], "amr": ["mfa"]}
    through_provider(client)
    provider.claims["roles"] = []
    through_provider(Client())
    assert client.get("/admin/").status_code == 302
    assert user_of(client).is_staff is False


def test_a_disabled_person_does_not_get_in(client, provider):
    erika = confirmed(User.objects.create_user("erika@stadt.example", is_active=False))
    through_provider(client)
    User.objects.filter(pk=erika.pk).update(is_active=True)
    assert user_of(client) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://boese.example"}, {"aud": "anderer"}, {"exp": 1}, {"sub": None},
    ],
)  # fmt: skip
def test_a_token_for_others_or_from_others_is_refused(client, provider, wrong):
    confirmed(User.objects.create_user("erika@stadt.example"))
    provider.claims |= wrong
    answer = through_provider(client)
    assert "nicht geklappt" in answer.content.decode()
    assert user_of(client) is None


@pytest.mark.parametrize(("algorithm", "kid"), [("none", "k1"), ("HS256", "k1"), ("RS256", "k2"), ("RS512", "k1")])
def test_a_token_that_is_not_signed_as_agreed_is_refused(client, provider, algorithm, kid):
    confirmed(User.objects.create_user("erika@stadt.example"))
    provider.algorithm, provider.kid = algorithm, kid
    assert "nicht geklappt" in through_provider(client).content.decode()
    assert user_of(client) is None


def test_a_token_of_another_key_is_refused(client, provider):
    confirmed(User.objects.create_user("erika@stadt.example"))
    other = IdentityProvider()
    other.server.server_close()
    own, provider.key = provider.key, other.key
    provider.jwks = lambda: {"keys": [other_key(own)]}
    try:
        assert "nicht geklappt" in through_provider(client).content.decode()
    finally:
        provider.key = own
        del provider.jwks
    assert user_of(client) is None


def other_key(key) -> dict:
    holder = object.__new__(IdentityProvider)
    holder.key = key
    return IdentityProvider.jwks(holder)["keys"][0]


def test_an_answer_nobody_asked_for_is_refused(client, provider):
    for query in ("", "?code=x", "?code=x&state=y", "?error=access_denied", "?state=%00", "?code=a&code=b&state[]=1"):
        answer = client.get(f"{BUTTON}zurueck/{query}")
        assert answer.status_code == 401, query
        assert user_of(client) is None


def test_a_code_is_good_once(client, provider):
    confirmed(User.objects.create_user("erika@stadt.example"))
    begun = client.post(BUTTON)
    asked = urlsplit(begun["Location"])
    connection = http.client.HTTPConnection(asked.netloc)
    connection.request("GET", f"{asked.path}?{asked.query}")
    back = connection.getresponse().getheader("Location").partition("testserver")[2]
    connection.close()
    assert client.get(back)["Location"] == HOME
    stranger = Client()
    assert "nicht geklappt" in stranger.get(back).content.decode()
    assert user_of(stranger) is None


def test_a_provider_that_is_away_is_said_to_be(client, provider):
    provider.is_away = True
    answer = client.post(BUTTON)
    assert (answer.status_code, "nicht geklappt" in answer.content.decode()) == (502, True)


def test_the_button_is_there_only_when_a_provider_is_configured(client, provider, settings):
    assert "Anmelden mit Dienstkonto" in client.get("/konto/anmelden/").content.decode()
    settings.OIDC_ISSUER = ""
    assert "Anmelden mit Dienstkonto" not in client.get("/konto/anmelden/").content.decode()
    assert client.post(BUTTON).status_code == 404


def test_a_link_alone_begins_no_login(client, provider):
    assert client.get(BUTTON).status_code == 200


def test_the_way_back_leads_off_site_for_nobody(client, provider):
    confirmed(User.objects.create_user("erika@stadt.example"))
    assert through_provider(client, "https://boese.example/")["Location"] == HOME


def test_somebody_who_is_logged_in_connects_and_disconnects(provider, outsider):
    client = Client()
    log_in(client, confirmed(outsider))
    provider.claims["email"] = "ganz@anders.example"
    client.post("/konto/bestaetigen/", {"password": PASSWORD})
    begun = client.post(f"{BUTTON}?process=connect")
    assert begun.status_code == 302
    there = urlsplit(begun["Location"])
    connection = http.client.HTTPConnection(there.netloc)
    connection.request("GET", f"{there.path}?{there.query}")
    client.get(connection.getresponse().getheader("Location").partition("testserver")[2])
    connection.close()
    assert SocialAccount.objects.get().user == outsider
    assert "verbunden" in client.get("/konto/oidc/").content.decode()
    client.post("/konto/oidc/", {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()
    assert logged_in(outsider).get("/konto/oidc/").status_code == 200
