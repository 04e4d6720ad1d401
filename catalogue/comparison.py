"""Content in words, section by section, and what changed between two: for the eyes of the second person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format

from catalogue.content import Content, empty_content
from catalogue.models import FieldOfAction, ReusePath, Solution, SolutionOrganisation
from members.models import Organisation, Region

SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Grunddaten", ("title", "summary", "description", "benefits", "is_fictitious")),
    (
        "Einordnung",
        ("fields_of_action", "levels", "competent_level", "campus_stage", "development_status", "trl"),
    ),
    (
        "Recht und Technik",
        (
            "licence", "licence_note", "source_url", "website_url", "documentation_url", "operating_models",
            "hosting", "data_location", "standards", "cpv_codes", "accessibility_url",
        ),
    ),
    ("Kosten", ("cost_note",)),
    ("Künstliche Intelligenz", ("is_ai", "ai_risk")),
    ("Beteiligte Organisationen", ("organisations",)),
    ("Ansprechpersonen", ("contacts",)),
    ("Nachnutzungswege", ("reuse_paths",)),
    ("Quellen", ("sources",)),
    ("Gemeldete Abdeckung", ("reported_coverages",)),
)  # fmt: skip
_RELATION_LABELS = {
    "organisations": "Organisationen",
    "contacts": "Ansprechpersonen",
    "reuse_paths": "Nachnutzungswege",
    "sources": "Quellen",
    "reported_coverages": "Abdeckung",
}


@dataclass(frozen=True)
class Row:
    """One field: what is published now and what the revision says."""

    label: str
    old: str
    new: str

    @property
    def mark(self) -> str:
        """How it changed, as a word."""
        if self.old == self.new:
            return ""
        return "geändert" if self.old and self.new else "neu" if self.new else "entfernt"


@dataclass(frozen=True)
class Section:
    title: str
    rows: list[Row]

    @property
    def changes(self) -> int:
        return sum(bool(row.mark) for row in self.rows)


class Names:
    """The names behind the keys and slugs of some contents, read in three statements whatever their size."""

    def __init__(self, *contents: Content) -> None:
        self.fields = dict(FieldOfAction.objects.values_list("slug", "name"))
        slugs = {row["organisation"] for content in contents for row in content["organisations"]}
        self.organisations = dict(Organisation.objects.filter(slug__in=slugs).values_list("slug", "name"))
        keys = {row["region"] for content in contents for row in content["reuse_paths"]}
        self.regions = dict(Region.objects.valid().filter(key__in=keys).values_list("key", "label"))


def compare(old: Content | None, new: Content) -> list[Section]:
    """Every field that says something in one of them, in the order of the form. Without an old one all is new."""
    old, new = empty_content() | (old or {"campus_stage": ""}), empty_content() | new
    names = Names(old, new)
    sections = []
    for title, fields in SECTIONS:
        rows = [Row(_label(name), _words(name, old, names), _words(name, new, names)) for name in fields]
        sections.append(Section(title, [row for row in rows if row.old or row.new]))
    return [section for section in sections if section.rows]


def in_words(content: Content) -> list[Section]:
    """One content to read."""
    return compare(content, content)


def _label(name: str) -> str:
    return _RELATION_LABELS.get(name) or str(Solution._meta.get_field(name).verbose_name)


def _words(name: str, content: Content, names: Names) -> str:
    value = content[name]
    writer = _WRITERS.get(name)
    if writer:
        return "\n".join(writer(item, names) for item in value)
    if isinstance(value, bool):
        return "ja" if value else ""
    field = Solution._meta.get_field(name)
    if isinstance(value, list):
        labels = dict(getattr(field, "base_field").choices or ())  # noqa: B009 - only array fields hold lists
        return "\n".join(str(labels.get(item, item)) for item in value)
    labels = dict(getattr(field, "choices", None) or ()) | (
        dict(Region.Kind.choices) if name == "competent_level" else {}
    )
    return "" if value is None else str(labels.get(value, value))


def _joined(*parts: Any) -> str:
    return ", ".join(str(part) for part in parts if part not in (None, ""))


def _organisation(row: Content, names: Names) -> str:
    role = dict(SolutionOrganisation.Role.choices).get(row["role"], row["role"])
    return f"{role}: {names.organisations.get(row['organisation'], row['organisation'])}"


def _contact(row: Content, names: Names) -> str:
    due = row.get("review_due")
    again = f"Wiedervorlage {date_format(date.fromisoformat(due), 'DATE_FORMAT')}" if due else ""
    return _joined(row["name"], row.get("organisation"), row.get("email"), row.get("phone"), row.get("url"), again)


def _path(row: Content, names: Names) -> str:
    route = dict(ReusePath.LegalRoute.choices).get(row["legal_route"], row["legal_route"])
    head = f"{route} in {names.regions.get(row['region'], row['region'] or 'Deutschland')}"
    return "\n".join(
        part
        for part in (head, row.get("steps"), _joined(row.get("cost"), row.get("contact"), row.get("template_url")))
        if part
    )


def _coverage(row: Content, names: Names) -> str:
    whole = f" von {row['of']}" if row.get("of") else ""
    return f"{row['n']}{whole} {row['unit']}, Stand {row['as_of']} ({row['source']})"


_WRITERS: dict[str, Callable[[Any, Names], str]] = {
    "fields_of_action": lambda slug, names: names.fields.get(slug, slug),
    "organisations": _organisation,
    "contacts": _contact,
    "reuse_paths": _path,
    "sources": lambda row, names: _joined(row["title"], row.get("url")),
    "reported_coverages": _coverage,
}
