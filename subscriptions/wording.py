"""Subscriptions in plain German: why a mail came, what one follows, and the words of the consent."""

import re

from django.core.cache import cache

from catalogue.filters import SOVEREIGNTY
from catalogue.models import FieldOfAction, Solution, Transfer
from members.models import Organisation, Region
from subscriptions.filters import COLUMNS
from subscriptions.models import Subscription
from subscriptions.news import OFFERED

# The proof of opt-in names this version; change the words and the version together, never one alone.
CONSENT_VERSION = "2026-11-24"
CONSENT_TEXT = (
    "Mit dem Absenden willigen Sie ein, dass wir Ihnen die gewählten Neuigkeiten an diese E-Mail-Adresse senden. "
    "Es beginnt erst, wenn Sie den Link in unserer Bestätigungsmail geöffnet und dort zugestimmt haben. "
    "Sie können die Einwilligung jederzeit widerrufen: mit einem Klick in jeder Mail."
)

# What a person chooses from, said so that it is clear outside of its list.
KINDS = OFFERED
DIRECTIONS = {
    Subscription.Direction.THIS: "die Region selbst",
    Subscription.Direction.WITHIN: "alles, was in ihr liegt, zum Beispiel die Gemeinden eines Kreises",
    Subscription.Direction.ABOVE: "was über ihr liegt: Kreis, Land und Bund",
    Subscription.Direction.NEIGHBOURS: "ihre acht nächsten Nachbarn derselben Ebene",
    Subscription.Direction.LIKE_SIZED: "ähnlich große: halb bis doppelt so viele Menschen, in ganz Deutschland",
}
FREQUENCIES = {
    Subscription.Frequency.AT_ONCE: "sofort, eine Mail je Neuigkeit",
    Subscription.Frequency.DAILY: "einmal am Tag, um 7 Uhr",
    Subscription.Frequency.WEEKLY: "einmal in der Woche, am Montag",
    Subscription.Frequency.SIX_WEEKS: "alle sechs Wochen, an einem Montag",
}

# What stands for a value of a filter: the filter's name in front, and the values' own.
FILTERS: dict[str, tuple[str, dict[str, str]]] = {
    "stages": ("Phase", dict(Solution.Stage.choices)),
    "levels": ("Ebene", dict(Solution.Level.choices)),
    "licences": ("Lizenz", {"proprietary": "proprietär"}),
    "operating_models": ("Betriebsmodell", dict(Solution.OperatingModel.choices)),
    "ai": ("", {"ja": "KI-System", "nein": "kein KI-System"}),
    "verifications": ("Nutzung", dict(Transfer.Verification.choices)),
    "sovereignty": ("", {value: label for value, (label, _) in SOVEREIGNTY.items()}),
    "buyers": ("Auftraggeber", {}),
}

# Names that people use with an article, and their gender. What is not here ("Polch", "Hessen") goes without, and so
# does every municipality ("in Markt Schwaben").
_HEADS = {
    "f": r"(Verbands|Samt|Kirchspielsland)gemeinde|Verwaltungsgemeinschaft|Region |Städteregion |Gemeinde ",
    "m": r"\b\S*[Kk]reis\b|(Regierungs|Direktions)?[Bb]ezirk|Amt |(Regional|Gemeindeverwaltungs|Verwaltungs)verband",
    "n": r"Saarland$|Land ",
}
_ADJECTIVES = {"m": (r"^([\w-]+)er (?=\S)", r"\1en "), "f": (r"^([\w-]+e) (?=Region|Gemeinde)", r"\1n ")}
_TO = {"m": "dem ", "n": "dem ", "f": "der ", "": ""}
_IN = {"m": "im ", "n": "im ", "f": "in der ", "": "in "}
_ABOVE = {
    Region.Kind.MUNICIPALITY: "Kreis, Land und Bund",
    Region.Kind.ASSOCIATION: "Kreis, Land und Bund",
    Region.Kind.DISTRICT: "Land und Bund",
    Region.Kind.GOVERNMENT_DISTRICT: "Land und Bund",
    Region.Kind.STATE: "den Bund",
}
_FOLLOWED_FIELDS = ("dem Handlungsfeld", "den Handlungsfeldern")
_FIELD_NAMES_SECONDS = 60  # a renamed field of action is seen in mails a minute later
_FIELD_NAMES_KEY = "subscriptions.wording.field-names"


def joined(parts: list[str]) -> str:
    """ "a, b und c"."""
    return " und ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def to_whom(region: Region) -> str:
    """Dative: "dem Landkreis Mayen-Koblenz", "der Verbandsgemeinde Maifeld", "Polch"."""
    gender = _gender(region)
    return _TO[gender] + _dative(region.label, gender)


def inside(region: Region) -> str:
    """Where: "im Landkreis Mayen-Koblenz", "in der Verbandsgemeinde Maifeld", "in Polch"."""
    gender = _gender(region)
    return _IN[gender] + _dative(region.label, gender)


def reason(subscription: Subscription) -> str:
    """Why a mail came, as a sentence. No query when region and solution are selected."""
    parts = []
    if subscription.solution:
        parts.append(f"der Lösung „{subscription.solution.title}“")
    if subscription.region and subscription.solution:
        parts.append(f"aber nur hier: {_place(subscription, subscription.region, everything='alles', what='was')}")
    elif subscription.region:
        parts.append(_place(subscription, subscription.region))
    if subscription.fields_of_action:
        only = "nur " if parts else ""
        one, many = ("im Handlungsfeld", "in den Handlungsfeldern") if parts else _FOLLOWED_FIELDS
        parts.append(only + _fields(subscription, one, many))
    if filters := filters_in_words(subscription):
        parts.append(f"{'nur ' if parts else 'dem Filter '}{joined(filters)}")
    return f"Sie folgen {', '.join(parts) or 'allen Neuigkeiten des Katalogs'}."


def in_words(subscription: Subscription) -> str:
    """What one follows, as a heading: "Lösung „LLMoin“", "Landkreis Mayen-Koblenz und alles, was in ihm liegt"."""
    parts = []
    if subscription.solution:
        parts.append(f"Lösung „{subscription.solution.title}“")
    if subscription.region:
        parts.append(_place(subscription, subscription.region, everything="alles", what="was"))
    if subscription.fields_of_action:
        parts.append(_fields(subscription, "Handlungsfeld", "Handlungsfelder"))
    return " · ".join([*parts, *filters_in_words(subscription)]) or "Alle Neuigkeiten des Katalogs"


def filters_in_words(subscription: Subscription) -> list[str]:
    """The saved filter: "Phase nutzbar", "Lizenz EUPL-1.2 oder MIT", "Suche „Bauantrag“"."""
    found = []
    for column, (heading, labels) in FILTERS.items():
        values = getattr(subscription, column)
        names = _buyer_names(values) if column == "buyers" and values else labels
        if values:
            found.append(f"{heading} {' oder '.join(names.get(value, value) for value in values)}".strip())
    return [*found, f"Suche „{subscription.words}“"] if subscription.words else found


def value_in_words(parameter: str, value: str) -> str:
    """One value of a list's filter: "Phase nutzbar"."""
    if parameter == "q":
        return f"Suche „{value}“"
    column = COLUMNS[parameter]
    heading, labels = FILTERS[column]
    names = _buyer_names([value]) if column == "buyers" else labels
    return f"{heading} {names.get(value, value)}".strip()


def _buyer_names(slugs: list[str]) -> dict[str, str]:
    """Read once a minute and process, as the fields of action are."""
    keys = {f"subscriptions.wording.buyer.{slug}": slug for slug in slugs}
    names = {keys[key]: name for key, name in cache.get_many(keys).items()}
    if missing := [slug for slug in slugs if slug not in names]:
        found = dict(Organisation.objects.filter(slug__in=missing).values_list("slug", "name"))
        cache.set_many({f"subscriptions.wording.buyer.{slug}": found[slug] for slug in found}, _FIELD_NAMES_SECONDS)
        names |= found
    return names


def kinds_in_words(subscription: Subscription) -> str:
    """Which kinds of news, one after the other."""
    names = [label for kind, label in KINDS.items() if kind in subscription.kinds]
    return "Alle Arten von Neuigkeiten" if len(names) == len(KINDS) else " · ".join(names)


def field_names() -> dict[str, str]:
    """Names of the fields of action by slug, read once a minute and process."""
    names = cache.get(_FIELD_NAMES_KEY)
    if names is None:
        names = dict(FieldOfAction.objects.values_list("slug", "name"))
        cache.set(_FIELD_NAMES_KEY, names, _FIELD_NAMES_SECONDS)
    return names


def _gender(region: Region) -> str:
    """m, n or f for a name with an article, else nothing."""
    if region.kind in (Region.Kind.MUNICIPALITY, Region.Kind.FEDERAL):
        return ""
    return next((gender for gender, heads in _HEADS.items() if re.search(heads, region.label)), "")


def _dative(label: str, gender: str) -> str:
    """ "Märkischer Kreis" -> "Märkischen Kreis", "Statistische Region" -> "Statistischen Region"."""
    return re.sub(*_ADJECTIVES[gender], label) if gender in _ADJECTIVES else label


def _fields(subscription: Subscription, one: str, many: str) -> str:
    names = field_names()
    shown = [names.get(slug, slug) for slug in subscription.fields_of_action]
    return f"{one if len(shown) == 1 else many} {joined(shown)}"


def _place(subscription: Subscription, region: Region, *, everything: str = "allem", what: str = "dem, was") -> str:
    """The region with its directions (this, within, above); in the dative, or with "alles" and "was" bare."""
    name = to_whom(region) if everything == "allem" else region.label
    inner = {"m": "in ihm liegt", "n": "in ihm liegt", "f": "in ihr liegt"}.get(_gender(region), "darin liegt")
    if region.kind == Region.Kind.FEDERAL:
        inner = "darin geschieht"
    parts = [name] if Subscription.Direction.THIS in subscription.directions else []
    if Subscription.Direction.WITHIN in subscription.directions and region.kind != Region.Kind.MUNICIPALITY:
        parts.append(f"{everything}, was {inner if parts else inside(region) + ' liegt'}")
    if Subscription.Direction.ABOVE in subscription.directions and region.kind in _ABOVE:
        beside = "" if parts else f" ({region.label})"
        parts.append(f"{what} {_ABOVE[Region.Kind(region.kind)]} betrifft{beside}")
    if Subscription.Direction.NEIGHBOURS in subscription.directions:
        of = "" if parts else f" von {to_whom(region)}".replace("von dem ", "vom ")
        parts.append(f"{'den' if everything == 'allem' else 'die'} Nachbarn{of}")
    if Subscription.Direction.LIKE_SIZED in subscription.directions:
        parts.append(f"Regionen ähnlicher Größe{'' if parts else f' wie {region.label}'}")
    if len(parts) > 1 and "was " in parts[-2]:
        parts[-2] += ","  # it ends the clause before "und"
    return joined(parts or [name])
