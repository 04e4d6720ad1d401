"""Official names of the directory as people say them: "Koblenz, kreisfreie Stadt" is Koblenz."""

import re

from members.models import Region
from members.regions.gv100ad import Record

FEDERAL_NAME, FEDERAL_LABEL, FEDERAL_FORM = "Bundesrepublik Deutschland", "Deutschland", "Bund"
CITY_STATES = ("02", "11")  # Hamburg and Berlin: the Land is the city. Bremen is a Land of two cities.

FORMS = {  # Textkennzeichen of the directory -> the German word
    "41": "Kreisfreie Stadt", "42": "Stadtkreis", "43": "Kreis", "44": "Landkreis", "45": "Regionalverband",
    "50": "Verbandsfreie Gemeinde", "51": "Amt", "52": "Samtgemeinde", "53": "Verbandsgemeinde",
    "54": "Verwaltungsgemeinschaft", "55": "Kirchspielslandgemeinde", "56": "Verwaltungsverband",
    "58": "Erfüllende Gemeinde",
    "60": "Markt", "61": "Kreisfreie Stadt", "62": "Stadtkreis", "63": "Stadt", "64": "Gemeinde",
    "65": "gemeindefreies Gebiet", "66": "gemeindefreies Gebiet", "67": "Große Kreisstadt",
}  # fmt: skip

ABBREVIATIONS = [  # as the directory shortens names, longest first
    (r"\ba\. ?d\. ?Eigen\b", "auf dem Eigen"),
    (r"\bi\. ?d\. ?OPf\.", "in der Oberpfalz"),
    (r"\bi\. ?d\. ?O\.L\.", "in der Oberlausitz"),
    (r"\ba\. ?d\. ?", "an der "),
    (r"\bv\. ?d\. ?", "vor der "),
    (r"\bi\. ?d\. ?", "in der "),
    (r"\br\. ?d\. ?", "rechts der "),
    (r"\bi\. ?Bay\.", "in Bayern"),
    (r"\bi\. ?Schw\.", "in Schwaben"),
    (r"\bi\. ?OFr\.", "in Oberfranken"),
    (r"\bi\. ?UFr\.", "in Unterfranken"),
    (r"\bi\. ?OB\b", "in Oberbayern"),
    (r"\bi\. ?NB\b", "in Niederbayern"),
    (r"\bi\. ?Odw\.", "im Odenwald"),
    (r"\bb\. ?Hl\. ?Blut", "beim Heiligen Blut"),
    (r"\ba\. ?", "am "),
    (r"\bi\. ?", "im "),
    (r"\bb\. ?", "bei "),
    (r"\bu\. ", "und "),
]
DISTRICT_SAYS_IT = re.compile(r"kreis\b|^(Region|Städteregion|Regionalverband) ", re.IGNORECASE)


def form_of(record: Record) -> str:
    if record.kind == Region.Kind.STATE:
        return "Stadtstaat" if record.key in CITY_STATES else "Land"
    if record.kind == Region.Kind.GOVERNMENT_DISTRICT:
        return "Statistische Region" if record.name.startswith("Statistische Region") else "Regierungsbezirk"
    if record.name.startswith(("Region ", "Städteregion ")):
        return record.name.split()[0]
    if record.code == "56" and record.name.startswith("GVV "):
        return "Gemeindeverwaltungsverband"
    return FORMS[record.code]


def label_of(record: Record) -> str:
    form, plain = form_of(record), plain_name(record.name)
    if record.kind == Region.Kind.STATE:
        return "Land Bremen" if plain == "Bremen" else plain  # the city of Bremen is not the Land
    if record.kind == Region.Kind.GOVERNMENT_DISTRICT:
        return _government_district(plain)
    if record.kind == Region.Kind.DISTRICT and form in ("Kreis", "Landkreis"):
        return plain if DISTRICT_SAYS_IT.search(plain) else f"{form} {plain}"
    if record.kind == Region.Kind.ASSOCIATION and record.code != "50":
        return f"{form} {_association(record.name)}"
    return plain


def plain_name(name: str) -> str:
    """Without titles after the comma, abbreviations written out."""
    plain = re.split(r"\s*,\s*", name)[0]
    return _written_out(re.sub(r"\s*/\s*", "/", plain))


def titles(name: str) -> list[str]:
    """What stands after the comma: "Hanse- und Universitätsstadt", "Stadt"."""
    return [title for title in re.split(r"\s*,\s*", name)[1:] if len(title) > 4]


def short_name(label: str) -> str:
    """What people say among neighbours: Halle (Saale) and Frankfurt am Main without what tells them apart."""
    short = re.sub(r"\s*\(.*?\)", "", label)
    short = re.split(r"(?<=\w\w)\s+(?:an|am|auf|bei|beim|im|in|ob|unter|vor|vorm|rechts)\s", short)[0]
    return re.split(r"/", short)[0].strip() or label


def _written_out(name: str) -> str:
    for pattern, words in ABBREVIATIONS:
        name = re.sub(pattern, words, name)
    return name.strip()


def _government_district(plain: str) -> str:
    if plain.startswith("früher: "):
        return plain.replace("früher: Reg.-Bez. ", "früherer Regierungsbezirk ").replace(
            "früher: Direktionsbezirk ", "früherer Direktionsbezirk "
        )
    if plain.startswith("Statistische Region "):
        return plain
    return f"Regierungsbezirk {plain.removeprefix('Reg.-Bez. ')}"


def _association(name: str) -> str:
    """The name proper of an association; a comma in it may list its members, so only a title is cut off."""
    name = re.sub(r", (Stadt|St|M)$", "", name)
    name = re.sub(r"^(VVG der (Stadt|Gemeinde)|GVV|EG|Amt) |\s*\(VGem\)$", "", name)
    return _written_out(re.sub(r"\s*/\s*", "/", name))
