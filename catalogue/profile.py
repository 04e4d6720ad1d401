"""What the Steckbrief of a solution shows, found in a few statements whatever its spread."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, QuerySet, Value, When
from django.db.models.functions import JSONObject
from django.utils.formats import date_format

from catalogue.models import (
    FieldOfAction,
    ReportedCoverage,
    ReusePath,
    Solution,
    SolutionContact,
    SolutionOrganisation,
    SolutionRevision,
    SolutionSource,
    Transfer,
)
from catalogue.nearness import seen_from
from catalogue.spread import regions_reached, with_reach
from members.models import Region

SHOWN = 25  # transfers that are named on the Steckbrief, the first of them at once; of more the Länder stand there
PROPRIETARY = "proprietary"
STAGE_ORDER = Case(
    *(
        When(stage=stage, then=Value(place))
        for place, stage in enumerate(("live", "rollout", "agreed", "coordination", "interest", "ended"))
    ),
    default=Value(9),
)
KIND_ORDER = Case(
    *(When(region__kind=kind, then=Value(place)) for place, kind in enumerate(Region.Kind.values)), default=Value(9)
)


def _many(model: Any, *names: str, owner: str = "solution", **named: str) -> ArraySubquery:
    """The rows that belong to the outer solution, as JSON in its own statement."""
    keys = {name: name for name in names} | named
    return ArraySubquery(model.objects.filter(**{owner: OuterRef("pk")}).values(row=JSONObject(**keys)))


def public_solutions(region: Region | None) -> QuerySet[Solution]:
    """Published ones with everything that is shown of them beside their transfers and paths; one statement."""
    revisions = SolutionRevision.objects.released().filter(solution=OuterRef("pk")).order_by("-number")
    return seen_from(with_reach(Solution.objects.published()), region).annotate(
        reached=regions_reached(),
        fields=_many(FieldOfAction, "slug", "name", owner="solutions"),
        roles=_many(SolutionOrganisation, "role", name="organisation__name", slug="organisation__slug"),
        people=_many(SolutionContact, "name", "organisation", "email", "phone", "url"),
        source_rows=_many(SolutionSource, "title", "url"),
        reported=_many(ReportedCoverage, "n", "of", "unit", "as_of", "source"),
        changes=ArraySubquery(revisions.values(row=JSONObject(number="number", note="note", at="released_at"))[:12]),
    )


def transfers_of(solution: Solution) -> QuerySet[Transfer]:
    """Public ones, those in use first, from the Bund down to municipalities."""
    rows = Transfer.objects.public().filter(solution=solution)
    return rows.select_related("region", "organisation", "from_transfer__region", "scaling_partner").order_by(
        STAGE_ORDER, KIND_ORDER, "region__sort_key", "region__key", "pk"
    )


def with_due(transfers: Iterable[Transfer], now: datetime) -> list[Transfer]:
    """Each says whether its latest confirmation is older than a year, and for how many months nobody renewed it."""
    rows = list(transfers)
    for transfer in rows:
        transfer.months = transfer.months_unconfirmed(now)
        transfer.is_due = transfer.months > 0
    return rows


def paths_for(solution: Solution, region: Region | None) -> tuple[list[ReusePath], list[ReusePath]]:
    """Those that hold for the reader, and the others; one statement."""
    return own_paths(list(solution.reuse_paths.select_related("region").order_by("region__key", "pk")), region)


def own_paths(paths: list[ReusePath], region: Region | None) -> tuple[list[ReusePath], list[ReusePath]]:
    """Of one solution: those of the reader's region or its nearest ancestor that has any, and the others.

    Who names no region sees those of the Bund, which hold everywhere.
    """
    keys = [region.key, *region.ancestor_keys] if region else [""]
    for key in keys:
        own = [path for path in paths if path.region.key == key]
        if own:
            return own, [path for path in paths if path.region.key != key]
    return [], paths


def changes_of(solution: Solution) -> list[dict[str, Any]]:
    return [
        {"at": datetime.fromisoformat(row["at"]), "title": row["note"] or _untold(row["number"]), "state": ""}
        for row in solution.changes
    ]


def _untold(number: int) -> str:
    return "Erste Fassung veröffentlicht" if number == 1 else f"Fassung {number} freigegeben"


def sovereignty_facts(solution: Solution) -> list[tuple[str, ...]]:
    """What decides on independence; what is not known is said to be so."""
    unknown = "nicht bekannt"
    return [
        ("Lizenz", licence_text(solution) or unknown, "", "lizenz"),
        ("Quellcode", source_code(solution), solution.source_url, "quellcode"),
        ("Betriebsmodell", operating_text(solution) or unknown, "", "betriebsmodell"),
        ("Betrieb", solution.hosting or unknown),
        ("Ort der Daten", solution.data_location or unknown),
        ("Künstliche Intelligenz", ai_text(solution), "", "risikoklasse"),
    ]


def technical_facts(solution: Solution) -> list[tuple[str, ...]]:
    return [
        ("Entwicklungsstand", solution.get_development_status_display() if solution.development_status else ""),
        ("Technologiereifegrad (TRL)", f"{solution.trl} von 9" if solution.trl else "", "", "trl"),
        ("Schnittstellen und Standards", ", ".join(solution.standards)),
        ("Gedacht für", labels(Solution.Level, solution.levels)),
        ("Website", shown(solution.website_url), solution.website_url),
        ("Dokumentation", shown(solution.documentation_url), solution.documentation_url),
        ("Barrierefreiheit", "Erklärung zur Barrierefreiheit" if solution.accessibility_url else "",
         solution.accessibility_url),
        ("CPV-Codes", ", ".join(solution.cpv_codes), "", "cpv"),
    ]  # fmt: skip


def roles_of(solution: Solution) -> list[tuple[str, list[dict[str, str]]]]:
    """Träger, Betreiber, Anbieter, Skalierungspartner, each with its organisations."""
    found = [(label, [row for row in solution.roles if row["role"] == role]) for role, label in _role_labels()]
    return [(label, rows) for label, rows in found if rows]


def _role_labels() -> list[tuple[str, str]]:
    return list(SolutionOrganisation.Role.choices)


def licence_text(solution: Solution) -> str:
    name = "proprietär" if solution.licence.lower() == PROPRIETARY else solution.licence
    return f"{name} ({solution.licence_note})" if name and solution.licence_note else name or solution.licence_note


def operating_text(solution: Solution) -> str:
    return labels(Solution.OperatingModel, solution.operating_models)


def ai_text(solution: Solution) -> str:
    if not solution.is_ai:
        return "kein KI-System"
    risk = solution.get_ai_risk_display() if solution.ai_risk else "nicht eingestuft"
    return f"KI-System, Risikoklasse nach KI-Verordnung: {risk}"


def since_text(day: date | None, precision: str) -> str:
    """As precise as the source."""
    if day is None:
        return ""
    if precision == Transfer.Precision.YEAR:
        return f"{day.year}"
    return date_format(day, "F Y" if precision == Transfer.Precision.MONTH else "j. F Y")


def labels(choices: Any, values: list[str]) -> str:
    return ", ".join(str(choices(value).label) for value in values if value in choices.values)


def source_code(solution: Solution) -> str:
    return "öffentlich einsehbar" if solution.source_url else "nicht öffentlich bekannt"


def shown(url: str) -> str:
    """An address as people read it."""
    return url.removeprefix("https://").removeprefix("http://").rstrip("/")
