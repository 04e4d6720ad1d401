"""Members and accounts. The accounts are django-allauth's views under German paths, with its own names."""

from allauth.account import views as accounts
from django.urls import path, re_path

from members import views

urlpatterns = [
    path("mitglieder/", views.organisation_list, name="organisation_list"),
    path("mitglieder/<slug:slug>/", views.organisation_detail, name="organisation_detail"),
    path("regionen/vorschlaege/", views.region_suggestions, name="region_suggestions"),
    path("konto/anmelden/", accounts.login, name="account_login"),
    path("konto/abmelden/", accounts.logout, name="account_logout"),
    path("konto/registrieren/", accounts.signup, name="account_signup"),
    path("konto/gesperrt/", accounts.account_inactive, name="account_inactive"),
    path("konto/bestaetigen/", accounts.reauthenticate, name="account_reauthenticate"),
    path("konto/e-mail/", accounts.email, name="account_email"),
    path("konto/e-mail-bestaetigen/", accounts.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^konto/e-mail-bestaetigen/(?P<key>[-:\w]+)/$", accounts.confirm_email, name="account_confirm_email"),
    path("konto/passwort/", accounts.password_reset, name="account_reset_password"),
    path("konto/passwort/gesendet/", accounts.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^konto/passwort/neu/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        accounts.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "konto/passwort/fertig/",
        accounts.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("konto/passwort/aendern/", accounts.password_change, name="account_change_password"),
    path("konto/passwort/setzen/", accounts.password_set, name="account_set_password"),
]
