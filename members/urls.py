"""Members and accounts. The accounts are django-allauth's views under German paths, with its own names."""

from allauth.account import views as accounts
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as providers
from django.urls import path, re_path

from members import login_pages, people_pages, session_pages, single_sign_on, views

urlpatterns = [
    path("mitglieder/", views.organisation_list, name="organisation_list"),
    path("mitglieder/<slug:slug>/", views.organisation_detail, name="organisation_detail"),
    path("regionen/vorschlaege/", views.region_suggestions, name="region_suggestions"),
    path("konto/anmelden/", login_pages.login, name="account_login"),
    path("konto/anmelden/passkey/", login_pages.passkey_login, name="mfa_login_webauthn"),
    path("konto/abmelden/", accounts.logout, name="account_logout"),
    path("konto/registrieren/", login_pages.signup_closed, name="account_signup"),
    path("konto/gesperrt/", accounts.account_inactive, name="account_inactive"),
    path("konto/bestaetigen/", accounts.reauthenticate, name="account_reauthenticate"),
    path("konto/e-mail/", login_pages.email, name="account_email"),
    path("konto/e-mail-bestaetigen/", accounts.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^konto/e-mail-bestaetigen/(?P<key>[-:\w]+)/$", accounts.confirm_email, name="account_confirm_email"),
    path("konto/passwort/", login_pages.password_reset, name="account_reset_password"),
    path("konto/passwort/gesendet/", accounts.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^konto/passwort/neu/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        login_pages.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "konto/passwort/fertig/",
        accounts.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("konto/passwort/aendern/", login_pages.password_change, name="account_change_password"),
    path("konto/passwort/setzen/", accounts.password_set, name="account_set_password"),
    path("konto/mfa/", login_pages.factors, name="mfa_index"),
    path("konto/mfa/code/", factors.authenticate, name="mfa_authenticate"),
    path("konto/mfa/bestaetigen/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("konto/mfa/app/", login_pages.activate_codes, name="mfa_activate_totp"),
    path("konto/mfa/app/entfernen/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("konto/mfa/ersatzcodes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("konto/mfa/ersatzcodes/neu/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("konto/mfa/ersatzcodes/datei/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("konto/mfa/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("konto/mfa/passkeys/neu/", login_pages.add_passkey, name="mfa_add_webauthn"),
    path("konto/mfa/passkeys/bestaetigen/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("konto/mfa/passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("konto/mfa/passkeys/<int:pk>/entfernen/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("konto/oidc/", providers.connections, name="socialaccount_connections"),
    path("konto/oidc/abgebrochen/", providers.login_cancelled, name="socialaccount_login_cancelled"),
    path("konto/oidc/fehler/", providers.login_error, name="socialaccount_login_error"),
    path("konto/oidc/unbekannt/", single_sign_on.refused, name="socialaccount_signup"),
    path("konto/oidc/<slug:provider_id>/", single_sign_on.login, name="openid_connect_login"),
    path("konto/oidc/<slug:provider_id>/zurueck/", single_sign_on.callback, name="openid_connect_callback"),
    path("konto/sitzungen/", session_pages.sessions, name="sessions"),
    path("konto/einladung/<str:token>/", people_pages.invitation, name="invitation"),
    path("konto/organisation/<slug:slug>/personen/", people_pages.people, name="people"),
    path("konto/organisation/<slug:slug>/personen/<int:pk>/", people_pages.person, name="person"),
    path(
        "konto/organisation/<slug:slug>/einladungen/<int:pk>/",
        people_pages.invitation_of_organisation,
        name="invitation_of_organisation",
    ),
]
