"""Every field with personal data, in one table: about whom, what for, on which basis, how long, and the way out.

The page /datenschutz/ shows this table, so what we say and what we know to store are the same. A test fails for a
field that looks personal and stands neither here nor among those that are not, with a reason. Spans are taken from
the verbs that delete; a test lets each of them pass.
"""

from datetime import timedelta

from catalogue.actions.confirming import CONTACT_KEPT
from catalogue.actions.practice import DRAFT_KEPT
from catalogue.actions.reports import DECIDED_KEPT
from catalogue.actions.reports import UNCONFIRMED_KEPT as REPORT_UNCONFIRMED_KEPT
from govtech_portal.personal_accounts import ACCOUNTS
from govtech_portal.personal_kinds import (
    ASK,
    CLOSE,
    CONSENT,
    LEAVE,
    PROOF,
    PUBLIC,
    RECORD,
    SECURITY,
    Person,
    PersonalData,
    Retention,
)
from govtech_portal.personal_kinds import (
    fields_of as _of,
)
from members.limits import KEPT as COUNTS_KEPT
from members.retention import LOG_KEPT, MAIL_KEPT
from subscriptions.actions.leaving import TOLD_KEPT, UNCONFIRMED_KEPT

_DISPATCH = "key due_at attempts sent_at failed_at last_error"

HOUR = Retention(f"{COUNTS_KEPT // timedelta(hours=1)} Stunden", COUNTS_KEPT)
UNTIL_LEAVING = Retention(f"bis Sie sich abmelden; ohne Bestätigung {UNCONFIRMED_KEPT.days} Tage", UNCONFIRMED_KEPT)
TOLD = Retention(f"bis Sie sich abmelden, höchstens {TOLD_KEPT.days} Tage nach dem Versand", TOLD_KEPT)
MAIL = Retention(
    f"{MAIL_KEPT.days} Tage nach dem letzten Versuch; Bestätigungsmails höchstens {UNCONFIRMED_KEPT.days} Tage",
    MAIL_KEPT,
)
WHILE_ON_FILE = Retention("solange die Vergabeakte aufzuheben ist")
REPORT = Retention(
    f"ohne Bestätigung {REPORT_UNCONFIRMED_KEPT.days} Tage, sonst {DECIDED_KEPT.days} Tage nach der Entscheidung",
    DECIDED_KEPT,
)
ASKED = Retention(f"bis Sie es nicht mehr wollen, höchstens {CONTACT_KEPT.days} Tage nach dem Ende", CONTACT_KEPT)
PRACTICE = Retention(f"Entwürfe {DRAFT_KEPT.days} Tage, sonst solange der Bericht veröffentlicht ist", DRAFT_KEPT)
LOG = Retention(f"{LOG_KEPT.days // 365} Jahre", LOG_KEPT)
FOR_EVER = Retention("dauerhaft; ist das Konto geschlossen, ohne Ihren Namen")
WHILE_SHOWN = Retention("solange Sie als Ansprechperson genannt sind")
WHILE_LISTED = Retention("solange die Lösung im Katalog steht")


TABLE: tuple[PersonalData, ...] = (
    PersonalData(
        what="Zähler gegen Massenanfragen: Prüfwerte von Netz, Adresse oder Konto, nicht Ihre IP-Adresse",
        fields=_of("members.RequestCount", "key hour count"),
        who=Person.VISITOR,
        purpose="verhindern, dass Programme massenhaft Formulare absenden",
        basis=SECURITY,
        retention=HOUR,
        way_out="nichts: Wir können den Zähler keiner Person zuordnen",
    ),
    PersonalData(
        what="E-Mail-Adresse und eine Kennung für die Links in unseren Mails",
        fields=_of("subscriptions.Subscriber", "email public_id epoch"),
        who=Person.SUBSCRIBER,
        purpose="senden, was Sie bestellt haben",
        basis=CONSENT,
        retention=UNTIL_LEAVING,
        way_out=LEAVE,
    ),
    PersonalData(
        what="Eine neue E-Mail-Adresse, solange sie nicht bestätigt ist",
        fields=_of("subscriptions.Subscriber", "new_email new_email_asked_at"),
        who=Person.SUBSCRIBER,
        purpose="prüfen, dass die Adresse Ihnen gehört",
        basis=CONSENT,
        retention=UNTIL_LEAVING,
        way_out=LEAVE,
    ),
    PersonalData(
        what="Ihre Organisation, wenn Sie sie angeben",
        fields=_of("subscriptions.Subscriber", "organisation"),
        who=Person.SUBSCRIBER,
        purpose="verstehen, wer mitliest; sie erscheint nirgends",
        basis=CONSENT,
        retention=UNTIL_LEAVING,
        way_out=LEAVE,
    ),
    PersonalData(
        what="Wortlaut der Einwilligung, Seite und Zeitpunkte von Anmeldung, Bestätigungsmail und Bestätigung",
        fields=_of("subscriptions.Subscriber", "consent_wording consent_page created_at confirmed_at")
        + _of("subscriptions.Subscriber", "confirmation_sent_at"),
        who=Person.SUBSCRIBER,
        purpose="nachweisen, dass Sie eingewilligt haben; höchstens eine Bestätigungsmail am Tag",
        basis=PROOF,
        retention=UNTIL_LEAVING,
        way_out=LEAVE,
    ),
    PersonalData(
        what="Abonnements: Regionen, Lösungen, Filter und Suchwörter, Arten von Neuigkeiten, Häufigkeit, Pausen",
        fields=_of("subscriptions.Subscription", "subscriber kinds region directions fields_of_action solution")
        + _of("subscriptions.Subscription", "stages levels licences operating_models ai verifications sovereignty")
        + _of("subscriptions.Subscription", "buyers words query query_version neighbours")
        + _of("subscriptions.Subscription", "frequency created_at confirmed_at")
        + _of("subscriptions.Subscriber", "paused_at paused_because"),
        who=Person.SUBSCRIBER,
        purpose="senden, was Sie bestellt haben",
        basis=CONSENT,
        retention=UNTIL_LEAVING,
        way_out=LEAVE,
    ),
    PersonalData(
        what="Zu jeder Benachrichtigung: worüber, warum, wann, ob zugestellt",
        fields=_of("subscriptions.Notification", "subscriber announcement reasons frequency digest created_at")
        + _of("subscriptions.Notification", _DISPATCH)
        + _of("subscriptions.Digest", f"subscriber period {_DISPATCH}"),
        who=Person.SUBSCRIBER,
        purpose="keine Mail verlieren und keine zweimal senden",
        basis=CONSENT,
        retention=TOLD,
        way_out=LEAVE,
    ),
    PersonalData(
        what="Webhooks, die Sie einrichten: Adresse, Geheimnis, Pausen, und zu jedem Aufruf, ob er angenommen wurde",
        fields=_of("subscriptions.WebhookEndpoint", "subscriber public_id url secret created_at failing_since")
        + _of("subscriptions.WebhookEndpoint", "paused_at paused_because")
        + _of("subscriptions.WebhookDelivery", f"endpoint announcement created_at status milliseconds {_DISPATCH}"),
        who=Person.SUBSCRIBER,
        purpose="auch Ihrem Programm melden, was Sie bestellt haben",
        basis=CONSENT,
        retention=TOLD,
        way_out="den Webhook löschen oder abmelden",
    ),
    PersonalData(
        what="Mails, die zurückkamen: wann und warum",
        fields=_of("subscriptions.Bounce", "subscriber at is_permanent status diagnostic"),
        who=Person.SUBSCRIBER,
        purpose="nicht weiter an ein Postfach senden, das es nicht mehr gibt",
        basis=CONSENT,
        retention=TOLD,
        way_out=LEAVE,
    ),
    PersonalData(
        what="Adresse, Betreff, Text und Zustellung von Mails, die eine Person angefordert hat",
        fields=_of("members.OutgoingMail", f"to subject text html headers purpose created_at {_DISPATCH}"),
        who=Person.RECIPIENT,
        purpose="bestätigen, Passwort neu setzen; nachsehen, wenn eine Mail nicht ankam",
        basis="für Benachrichtigungen wie dort, für Konten wie dort",
        retention=MAIL,
        way_out="abmelden oder das Konto schließen lassen",
    ),
    PersonalData(
        what="Ihre Meldung von Nutzung oder Interesse: Adresse, Organisation, Anmerkung, Einwilligung, Zeitpunkte",
        fields=_of("catalogue.UseReport", "solution region organisation kind note email may_be_shown consent_wording")
        + _of("catalogue.UseReport", "public_id epoch created_at confirmation_sent_at confirmed_at decision decided_at")
        + _of("catalogue.UseReport", "reason transfer reporter decided_by"),
        who=Person.REPORTER,
        purpose="Ihre Meldung prüfen, aufnehmen und Ihnen antworten",
        basis=CONSENT,
        retention=REPORT,
        way_out="mit dem Link in jeder Mail dazu selbst löschen",
    ),
    PersonalData(
        what="Adresse für Rückfragen zu einem Transfer (nicht öffentlich)",
        fields=_of("catalogue.TransferContact", "transfer email public_id epoch created_at"),
        who=Person.REPORTER,
        purpose="einmal im Jahr fragen, ob die Angaben noch stimmen",
        basis=CONSENT,
        retention=ASKED,
        way_out="mit dem Link in jeder Mail dazu selbst löschen",
    ),
    PersonalData(
        what="Praxisbericht: Adresse und Konto, mit denen er geschrieben wurde, und der Kontakt, der darin steht",
        fields=_of("catalogue.PracticeReport", "email author contact released_by"),
        who=Person.REPORTER,
        purpose="nachfragen und zeigen, wen andere fragen können",
        basis=CONSENT,
        retention=PRACTICE,
        way_out=ASK,
    ),
    PersonalData(
        what="Wer eingewilligt hat, dass Interesse vor einer Vereinbarung gezeigt wird: Amt oder Name, Tag",
        fields=_of("catalogue.Transfer", "consent_by consent_on"),
        who=Person.CONTACT,
        purpose="die Einwilligung nachweisen",
        basis=PROOF,
        retention=WHILE_LISTED,
        way_out=ASK,
    ),
    *ACCOUNTS,
    PersonalData(
        what="Wer eine Fassung, einen Schritt oder eine Markterkundung geschrieben oder freigegeben hat, mit Anmerkung",
        fields=_of("catalogue.SolutionRevision", "author approver note review_note")
        + _of("catalogue.TransferMove", "by note")
        + _of("catalogue.SolutionProposal", "proposed_by")
        + _of("procurement.MarketExploration", "author")
        + _of("members.DeliveryDecision", "by note"),
        who=Person.ACCOUNT,
        purpose="nachweisen, dass zwei Personen geprüft haben",
        basis=RECORD,
        retention=FOR_EVER,
        way_out=CLOSE,
    ),
    PersonalData(
        what="Protokoll der Verwaltung: wer wann was geändert hat",
        fields=_of("admin.LogEntry", "user action_time content_type object_id object_repr action_flag change_message"),
        who=Person.ACCOUNT,
        purpose="Fehler und Missbrauch aufklären",
        basis=RECORD,
        retention=LOG,
        way_out=ASK,
    ),
    PersonalData(
        what="Name, Organisation, dienstliche E-Mail-Adresse und Telefonnummer, Kontaktseite, Tag der Wiedervorlage",
        fields=_of("catalogue.SolutionContact", "name organisation email phone url review_due")
        + _of("catalogue.ReusePath", "contact")
        + _of("procurement.MarketExploration", "contact"),
        who=Person.CONTACT,
        purpose="Verwaltungen sollen wissen, wen sie fragen können",
        basis=PUBLIC,
        retention=WHILE_SHOWN,
        way_out=ASK,
    ),
    PersonalData(
        what="Wer in einer Markterkundung gefragt hat (nicht öffentlich)",
        fields=_of("procurement.Clarification", "asked_by"),
        who=Person.CONTACT,
        purpose="Kontakte mit möglichen Bietern dokumentieren (§ 8 VgV, § 6 UVgO)",
        basis=RECORD,
        retention=WHILE_ON_FILE,
        way_out=ASK,
    ),
    PersonalData(
        what="Dieselben Angaben in früheren Fassungen eines Steckbriefs und in publiccode.yml (nicht öffentlich)",
        fields=_of("catalogue.SolutionRevision", "content")
        + _of("catalogue.PubliccodeFile", "raw provenance differences"),
        who=Person.CONTACT,
        purpose="Änderungen nachvollziehen und zurücknehmen",
        basis=RECORD,
        retention=WHILE_LISTED,
        way_out=ASK,
    ),
)

CLASSIFIED: dict[str, PersonalData] = {field: row for row in TABLE for field in row.fields}

# Fields that look personal and are not
NOT_PERSONAL: dict[str, str] = {
    "catalogue.PracticeReport.cost_to": "an amount in Euro",
    "catalogue.PubliccodeFile.address": "address of a file",
    "auth.Group.name": "name of a role",
    "auth.Permission.name": "name of a right",
    "members.Organisation.name": "an authority, a company or an association",
    "members.Organisation.short_name": "an authority, a company or an association",
    "members.Region.name": "name of a place",
    "members.CampusSite.name": "name of a place",
    "members.CampusSite.address": "address of a building of the campus",
    "catalogue.FieldOfAction.name": "name of a field of action",
    "catalogue.SearchEntry.name": "title of a solution",
    "socialaccount.SocialApp.name": "name of an identity provider; the table stays empty",
    "members.OutgoingMail.sender": "number of the process that is sending now",
    "subscriptions.Notification.sender": "number of the process that is sending now",
    "subscriptions.Digest.sender": "number of the process that is sending now",
    "subscriptions.WebhookDelivery.sender": "number of the process that is sending now",
}


def by_person() -> dict[str, list[PersonalData]]:
    """The table in the groups of the page."""
    return {who.value: [row for row in TABLE if row.who == who] for who in Person}
