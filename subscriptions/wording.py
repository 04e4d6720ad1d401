"""Subscriptions in plain German: why a mail came, what one follows, and the words of the consent."""

import re

from django.core.cache import cache

from catalogue.models import FieldOfAction
from members.models import Region
from subscriptions.models import NewsKind, Subscription

# The proof of opt-in names this version; change the words and the version together, never one alone.
CONSENT_VERSION = "2026-11-24"
CONSENT_TEXT = (
    "Mit dem Absenden willigen Sie ein, dass wir Ihnen die gewählten Neuigkeiten an diese E-Mail-Adresse senden. "
    "Es beginnt erst, wenn Sie den Link in unserer Bestätigungsmail geöffnet und dort zugestimmt haben. "
    "Sie können die Einwilligung jederzeit widerrufen: mit einem Klick in jeder Mail."
)

# What a person chooses from, said so that it is clear outside of its list.
KINDS = {
    NewsKind.ARRIVAL: "Eine Lösung kommt in einer neuen Region an",
    NewsKind.SOLUTION_PUBLISHED: "Eine neue Lösung steht im Katalog",
    NewsKind.MAJOR_UPDATE: "Eine Lösung hat eine wichtige Neuerung",
    NewsKind.SOLUTION_RETIRED: "Eine Lösung läuft aus",
    NewsKind.EXPLORATION_OPENED: "Eine Markterkundung beginnt",
    NewsKind.EXPLORATION_DUE: "Die Frist einer Markterkundung endet in sieben Tagen",
    NewsKind.CLARIFICATION: "In einer Markterkundung wurde eine Frage beantwortet",
    NewsKind.EXPLORATION_RESULT: "Das Ergebnis einer Markterkundung ist da",
    NewsKind.TENDER_AWARDED: "Ein Zuschlag ist erteilt",
}
DIRECTIONS = {
    Subscription.Direction.THIS: "die Region selbst",
    Subscription.Direction.WITHIN: "alles, was in ihr liegt, zum Beispiel die Gemeinden eines Kreises",
    Subscription.Direction.ABOVE: "was über ihr liegt: Kreis, Land und Bund",
}
FREQUENCIES = {
    Subscription.Frequency.AT_ONCE: "sofort, eine Mail je Neuigkeit",
    Subscription.Frequency.WEEKLY: "einmal in der Woche, am Montag",
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
    return " · ".join(parts) or "Alle Neuigkeiten des Katalogs"


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
        parts[1:] = [f"{within}," for within in parts[1:]]  # a comma ends its clause
        parts.append(f"{what} {_ABOVE[Region.Kind(region.kind)]} betrifft{beside}")
    return joined(parts or [name])
