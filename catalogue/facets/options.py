"""The facets beside the list: which options each has, and how many results each would give, given the others."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from catalogue.facets.index import FacetIndex
from catalogue.facets.markup import facet_html
from catalogue.facets.questions import Answers
from catalogue.filters import SOVEREIGNTY, SolutionPageFilter
from catalogue.models import Solution, Transfer
from members.filters import Chip
from members.models import Region

STATES = {  # the Länder; none was added or renamed since 1990
    "08": "Baden-Württemberg", "09": "Bayern", "11": "Berlin", "12": "Brandenburg", "04": "Bremen",
    "02": "Hamburg", "06": "Hessen", "13": "Mecklenburg-Vorpommern", "03": "Niedersachsen",
    "05": "Nordrhein-Westfalen", "07": "Rheinland-Pfalz", "10": "Saarland", "14": "Sachsen",
    "15": "Sachsen-Anhalt", "01": "Schleswig-Holstein", "16": "Thüringen",
}  # fmt: skip
MOST_LICENCES = 15  # the most frequent ones

Labels = Callable[[FacetIndex, Mapping[str, int]], Mapping[str, str]]


class Facet(NamedTuple):
    """A question that is answered by boxes to tick: its heading and the labels of its options, in their order."""

    name: str
    heading: str
    labels: Labels


def _fixed(labels: Mapping[str, str]) -> Labels:
    return lambda index, counts: labels


def _licences(index: FacetIndex, counts: Mapping[str, int]) -> Mapping[str, str]:
    most = sorted(counts, key=lambda licence: (-counts[licence], licence))[:MOST_LICENCES]
    return {one: "proprietär" if one == "proprietary" else one for one in sorted(most, key=str.lower)}


FACETS = (
    Facet("handlungsfeld", "Handlungsfeld", lambda index, counts: dict(index.stand.fields)),
    Facet("region", "Genutzt in", _fixed(STATES)),
    Facet("phase", "Phase", _fixed(dict(Solution.Stage.choices))),
    Facet("ebene", "Ebene", _fixed(dict(Solution.Level.choices))),
    Facet("souveraenitaet", "Souveränität", _fixed({value: label for value, (label, _) in SOVEREIGNTY.items()})),
    Facet("lizenz", "Lizenz", _licences),
    Facet("betriebsmodell", "Betriebsmodell", _fixed(dict(Solution.OperatingModel.choices))),
    Facet("ki", "Künstliche Intelligenz", _fixed({"ja": "KI-System", "nein": "kein KI-System"})),
    Facet("pruefstatus", "Nutzung geprüft?", _fixed(dict(Transfer.Verification.choices))),
)
LABELS = {facet.name: facet for facet in FACETS}


def facets_of(asked: SolutionPageFilter, answers: Answers, fuer: Region | None) -> list[dict[str, Any]]:
    """Options that lead somewhere, and those that are set."""
    return [_facet(facet, asked, answers, fuer) for facet in FACETS]


def _facet(facet: Facet, asked: SolutionPageFilter, answers: Answers, fuer: Region | None) -> dict[str, Any]:
    index, chosen = answers.index, asked.data.getlist(facet.name)
    counts = index.counts(facet.name, answers.without(facet.name))
    labels = facet.labels(index, counts)
    options = []
    if facet.name == "region":
        options = _places(answers, fuer)
        chosen = [value for value in chosen if value in labels]
    for value, label in labels.items():
        n = counts.get(value, 0)
        if n or value in chosen:
            options.append(_option(facet.name, value, label, n, value in chosen))
    for value in chosen:
        if value not in labels:
            options.append(_option(facet.name, value, value, counts.get(value, 0), True))
    html = facet_html(facet.heading, options) if options else ""
    return {"name": facet.name, "label": facet.heading, "options": options, "html": html}


def _places(answers: Answers, fuer: Region | None) -> list[dict[str, Any]]:
    """The reader's region and those like it, then other regions that are set; Länder follow from the index."""
    around, alike = answers.without("region"), answers.without("aehnlich")
    shown = []
    for region in dict.fromkeys([*([fuer] if fuer else []), *answers.regions]):
        if region.key not in STATES:
            n = (answers.in_region(region) & around).bit_count()
            label = f"Ihre Region: {region.label}" if region == fuer else region.label
            shown.append(_option("region", region.address_key, label, n, region in answers.regions))
    for region in dict.fromkeys([*([fuer] if fuer and fuer.key else []), *answers.alike]):
        n = (answers.in_ones_like(region) & alike).bit_count()
        shown.append(_option("aehnlich", region.address_key, alike_label(region), n, region in answers.alike))
    return [option for option in shown if option["count"] or option["checked"]]


def alike_label(region: Region) -> str:
    """Same kind, half to twice the people."""
    return f"in {kind_in_plural(region)} so groß wie {region.label}"


def kind_in_plural(region: Region) -> str:
    """In the dative, after "in"."""
    return {
        Region.Kind.STATE: "Ländern", Region.Kind.DISTRICT: "Kreisen", Region.Kind.MUNICIPALITY: "Gemeinden",
        Region.Kind.ASSOCIATION: "Gemeindeverbänden", Region.Kind.GOVERNMENT_DISTRICT: "Regierungsbezirken",
    }.get(Region.Kind(region.kind), "Regionen")  # fmt: skip


def _option(name: str, value: str, label: str, n: int, checked: bool) -> dict[str, Any]:
    anchor = f"{name}_{value.replace(' ', '_')}"
    return {"name": name, "value": value, "label": label, "count": n, "checked": checked, "id": anchor}


def chips_of(asked: SolutionPageFilter, answers: Answers) -> list[Chip]:
    """What is set, each with the address of the list without it; order and point of view are set elsewhere."""
    names = {region.address_key: region for region in (*answers.regions, *answers.alike)}
    shown = []
    for name, values in asked.data.lists():
        if name not in ("sortierung", "fuer"):
            shown += [
                Chip(_label(name, value, answers.index, names), f"?{asked.query(without=name, value=value)}")
                for value in values
            ]
    return shown


def _label(name: str, value: str, index: FacetIndex, regions: Mapping[str, Region]) -> str:
    if name in ("region", "aehnlich") and value in regions:
        return alike_label(regions[value]) if name == "aehnlich" else f"genutzt in: {regions[value].label}"
    if name in LABELS:
        labels = LABELS[name].labels(index, index.counts(name, index.public))
        return labels.get(value, value if name == "lizenz" else f"„{value}“")
    return f"geändert seit {value}" if name == "geaendert_seit" else f"„{value}“"
