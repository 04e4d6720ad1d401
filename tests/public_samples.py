"""A sample address for every public pattern, and what is known of it: the table that `test_public_pages.py` walks."""

from collections.abc import Callable

from catalogue.links import practice_path, report_path, still_path
from catalogue.models import SolutionProposal, Transfer
from members.models import Invitation, OrganisationUser
from subscriptions.links import confirm_url, manage_path, move_url, preview_path, unsubscribe_path
from tests.full_catalogue import CANARY, FullCatalogue


def _path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def own_use() -> Transfer:
    return Transfer.objects.get(organisation__slug="eigene")


LOGIN = "/konto/anmelden/"
TOKEN = "eine-einladung-mit-viel-zufall"
SAMPLES: dict[str, str | Callable[[FullCatalogue], str]] = {
    "start": "/",
    "solution_list": "/loesungen/",
    "solution_nearness": "/loesungen/naehe/?fuer=07137&phase=usable",
    "suggestions": "/suche/vorschlaege/?q=lös",
    "solution_detail": "/loesungen/loesung-0/",
    "solution_compare": "/loesungen/vergleich/?s=loesung-0",
    "solution_spread": "/loesungen/loesung-0/verbreitung/",
    "solution_map": "/loesungen/loesung-0/karte.svg",
    "field_detail": "/handlungsfelder/feld-0/",
    "transfer_list": "/transfers/",
    "country_map": "/karte/im-einsatz.svg",
    "region_list": "/regionen/",
    "region_detail": "/regionen/07137/",
    "region_map": "/regionen/07137/karte.svg",
    "region_suggestions": "/regionen/vorschlaege/?q=ort",
    "organisation_list": "/mitglieder/",
    "organisation_detail": "/mitglieder/stadt-0/",
    "exploration_list": "/markterkundungen/",
    "exploration_detail": "/markterkundungen/fertig-0/",
    "tender_list": "/ausschreibungen/",
    "tender_detail": "/ausschreibungen/vergabe-0/",
    "report_use": "/loesungen/loesung-0/nutzen/?art=nutzung&fuer=07137",
    "report_sent": "/meldung/gesendet/",
    "report_forgotten": "/meldung/geloescht/",
    "use_report": lambda catalogue: report_path(catalogue.use_report),
    "still_true": lambda catalogue: still_path(catalogue.asked),
    "practice_report": "/loesungen/loesung-0/praxisbericht/",
    "practice_by_link": lambda catalogue: practice_path(catalogue.asked.transfer.contact),
    "subscribe": "/abo/?region=07137&loesung=loesung-0",
    "subscribe_sent": "/abo/gesendet/",
    "subscription_confirm": lambda catalogue: _path_of(confirm_url(catalogue.subscriber)),
    "subscription_manage": lambda catalogue: manage_path(catalogue.subscriber),
    "subscription_preview": lambda catalogue: preview_path(catalogue.subscriber),
    "subscription_webhooks": lambda catalogue: f"{manage_path(catalogue.subscriber)}webhooks/",
    "subscription_move": lambda catalogue: _path_of(move_url(catalogue.subscriber, catalogue.subscriber.new_email)),
    "solution_feed": "/feed/loesungen.atom",
    "transfer_feed": "/feed/transfers.atom",
    "exploration_feed": "/feed/markterkundungen.atom",
    "solution_publiccode": "/api/v1/solutions/loesung-0/publiccode.yml",
    "exploration_calendar": "/api/v1/market-explorations/offen-0/ical",
    "subscription_unsubscribe": lambda catalogue: unsubscribe_path(catalogue.subscriber),
    "account_login": LOGIN,
    "account_logout": "/konto/abmelden/",
    "account_signup": "/konto/registrieren/",
    "account_inactive": "/konto/gesperrt/",
    "account_reauthenticate": "/konto/bestaetigen/",
    "account_email": "/konto/e-mail/",
    "account_email_verification_sent": "/konto/e-mail-bestaetigen/",
    "account_confirm_email": "/konto/e-mail-bestaetigen/MQ:1abc:def/",
    "account_reset_password": "/konto/passwort/",
    "account_reset_password_done": "/konto/passwort/gesendet/",
    "account_reset_password_from_key": "/konto/passwort/neu/1-abc/",
    "account_reset_password_from_key_done": "/konto/passwort/fertig/",
    "account_change_password": "/konto/passwort/aendern/",
    "account_set_password": "/konto/passwort/setzen/",
    "account_home": "/konto/",
    "sessions": "/konto/sitzungen/",
    "mfa_index": "/konto/mfa/",
    "mfa_list_webauthn": "/konto/mfa/passkeys/",
    "mfa_activate_totp": "/konto/mfa/app/",
    "mfa_add_webauthn": "/konto/mfa/passkeys/neu/",
    "mfa_edit_webauthn": "/konto/mfa/passkeys/1/",
    "mfa_remove_webauthn": "/konto/mfa/passkeys/1/entfernen/",
    "mfa_deactivate_totp": "/konto/mfa/app/entfernen/",
    "mfa_view_recovery_codes": "/konto/mfa/ersatzcodes/",
    "mfa_generate_recovery_codes": "/konto/mfa/ersatzcodes/neu/",
    "mfa_download_recovery_codes": "/konto/mfa/ersatzcodes/datei/",
    "mfa_reauthenticate": "/konto/mfa/bestaetigen/",
    "mfa_reauthenticate_webauthn": "/konto/mfa/passkeys/bestaetigen/",
    "mfa_authenticate": "/konto/mfa/code/",
    "mfa_login_webauthn": "/konto/anmelden/passkey/",
    "socialaccount_connections": "/konto/oidc/",
    "socialaccount_login_cancelled": "/konto/oidc/abgebrochen/",
    "socialaccount_login_error": "/konto/oidc/fehler/",
    "socialaccount_signup": "/konto/oidc/unbekannt/",
    "openid_connect_login": "/konto/oidc/dienstkonto/",
    "openid_connect_callback": "/konto/oidc/dienstkonto/zurueck/",
    "own_organisation": "/konto/organisation/eigene/",
    "people": "/konto/organisation/eigene/personen/",
    "propose": "/konto/organisation/eigene/vorschlagen/",
    "person": lambda _: f"/konto/organisation/eigene/personen/{OrganisationUser.objects.get().pk}/",
    "invitation_of_organisation": lambda _: f"/konto/organisation/eigene/einladungen/{Invitation.objects.get().pk}/",
    "own_solution": lambda _: f"/konto/organisation/eigene/loesungen/{SolutionProposal.objects.get().solution.slug}/",
    "own_transfer": lambda _: f"/konto/organisation/eigene/nutzung/{own_use().pk}/",
    "invitation": f"/konto/einladung/{TOKEN}/",
    "components": "/komponenten/",
    "help": "/hilfe/",
    "glossary": "/glossar/",
    "imprint": "/impressum/",
    "privacy": "/datenschutz/",
    "accessibility": "/barrierefreiheit/",
    "easy_language": "/leichte-sprache/",
    "healthz": "/healthz",
    "readyz": "/readyz",
    "robots": "/robots.txt",
    "sitemap": "/sitemap.xml",
    "security_txt": "/.well-known/security.txt",
    "api_root": "/api/v1/",
    "api_schema": "/api/v1/schema/",
    "api_docs": "/api/v1/docs/",
    "api_solution-list": "/api/v1/solutions/?page_size=100",
    "api_solution-detail": "/api/v1/solutions/loesung-0/",
    "api_transfer-list": "/api/v1/transfers/?page_size=100",
    "api_organisation-list": "/api/v1/organisations/?page_size=100",
    "api_organisation-detail": "/api/v1/organisations/stadt-0/",
    "api_region-list": "/api/v1/regions/?page_size=100",
    "api_region-detail": "/api/v1/regions/07137/",
    "api_exploration-list": "/api/v1/market-explorations/?page_size=100",
    "api_exploration-detail": "/api/v1/market-explorations/fertig-0/",
    "api_tender-list": "/api/v1/tenders/?page_size=100",
    "api_tender-detail": "/api/v1/tenders/vergabe-0/",
    "api_field-list": "/api/v1/fields-of-action/",
    "api_field-detail": "/api/v1/fields-of-action/feld-0/",
    "api_unknown": "/api/v1/gibt-es-nicht/",
}
ONLY_WITH_ACCOUNT = {
    "account_home", "account_email", "account_change_password", "account_set_password", "account_reauthenticate",
    "account_logout", "sessions", "mfa_index", "mfa_list_webauthn", "mfa_activate_totp", "mfa_add_webauthn",
    "mfa_edit_webauthn", "mfa_remove_webauthn", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
    "socialaccount_connections", "own_organisation", "people", "propose", "person", "invitation_of_organisation",
    "own_solution", "own_transfer",
}  # fmt: skip
ELSEWHERE = {  # status where the sample does not answer 200
    "account_set_password": 302,  # whoever has a password changes it instead
    "api_unknown": 404,
    # asked for the password first
    **dict.fromkeys(
        (
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "mfa_edit_webauthn",
            "mfa_remove_webauthn",
            "mfa_generate_recovery_codes",
            "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn",
        ),
        302,
    ),
    # there are none
    **dict.fromkeys(("mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes"), 404),
    "mfa_authenticate": 302,  # nobody is half logged in
    "mfa_login_webauthn": 302,  # begins by POST
    "socialaccount_signup": 403,
    "socialaccount_login_error": 401,
    "openid_connect_login": 404,  # none is configured
    "openid_connect_callback": 404,
}
POSTING = {  # the pages with a form that posts
    "subscribe", "subscription_confirm", "subscription_manage", "subscription_unsubscribe", "subscription_move",
    "subscription_webhooks",
    "account_login", "invitation",
    "account_reset_password", "report_use", "use_report", "still_true", "practice_by_link",
}  # fmt: skip
WITH_COOKIE = POSTING - {"subscription_unsubscribe"}  # there the token is the authority (RFC 8058)
MORE = (  # views of the same pages that take another way through the code
    "/?fuer=07137",
    "/loesungen/?q=lösung&handlungsfeld=feld-0&phase=usable&ebene=kommune&region=07&pruefstatus=verified&fuer=07137",
    "/loesungen/?sortierung=verbreitung",
    "/loesungen/?region=071375002086&aehnlich=07137&lizenz=nichts&souveraenitaet=quelltext",
    "/loesungen/?sortierung=relevanz&q=lösung",
    "/loesungen/loesung-0/?fuer=07137",
    "/loesungen/loesung-0/verbreitung/?fuer=07137",
    "/loesungen/loesung-0/verbreitung/?jahr=2025",
    "/loesungen/loesung-0/karte.svg?jahr=2025",
    "/loesungen/vergleich/",
    "/loesungen/vergleich/?s=loesung-0&s=geheim-archiv-0&s=geheim-entwurf-0&fuer=07137&q=lösung",
    "/handlungsfelder/feld-0/?fuer=07137",
    "/transfers/?region=07&handlungsfeld=feld-0",
    "/regionen/?q=ort",
    "/regionen/de/",
    "/regionen/07/",
    "/regionen/02/",
    "/markterkundungen/offen-0/",
    "/markterkundungen/?zustand=offen&handlungsfeld=feld-0&auftraggeber=stadt-0&q=erkundung",
    "/ausschreibungen/?stand=awarded&handlungsfeld=feld-0",
    "/mitglieder/?mitgliedschaft=ordinary&q=stadt",
    "/feed/loesungen.atom?q=lösung&handlungsfeld=feld-0",
    "/feed/transfers.atom?region=07&handlungsfeld=feld-0",
    "/feed/markterkundungen.atom?zustand=offen&auftraggeber=stadt-0&q=erkundung",
)
SEARCHES = (
    f"/loesungen/?q={CANARY}", f"/loesungen/?q={CANARY}&sortierung=relevanz", f"/markterkundungen/?q={CANARY}",
    f"/ausschreibungen/?q={CANARY}", f"/mitglieder/?q={CANARY}", f"/regionen/?q={CANARY}",
    f"/regionen/vorschlaege/?q={CANARY}", f"/suche/vorschlaege/?q={CANARY}", f"/api/v1/solutions/?q={CANARY}",
    f"/api/v1/tenders/?q={CANARY}",
    f"/api/v1/market-explorations/?q={CANARY}", "/abo/?loesung=geheim-entwurf-0", "/abo/?loesung=geheim-archiv-0",
)  # fmt: skip
HIDDEN = (
    "loesungen/geheim-entwurf-0/", "loesungen/geheim-archiv-0/", "loesungen/geheim-zurueck-0/",
    "loesungen/geheim-archiv-0/verbreitung/", "loesungen/geheim-archiv-0/karte.svg",
    "markterkundungen/geheim-bedarf-0/", "markterkundungen/geheim-spaeter-0/", "ausschreibungen/geheim-vergabe-0/",
    "api/v1/solutions/geheim-entwurf-0/", "api/v1/solutions/geheim-archiv-0/", "api/v1/solutions/geheim-zurueck-0/",
    "api/v1/market-explorations/geheim-bedarf-0/", "api/v1/market-explorations/geheim-spaeter-0/",
    "api/v1/tenders/geheim-vergabe-0/", "api/v1/market-explorations/geheim-bedarf-0/ical",
    "api/v1/market-explorations/geheim-spaeter-0/ical",
)  # fmt: skip
