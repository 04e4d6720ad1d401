"""A published solution as publiccode.yml 0.7, valid by our own validator.

The standard asks for more than the catalogue knows. What a kept file of the software says is taken from there; what
nobody says is assumed, and a comment at the top names it.
"""

from typing import Any

import yaml
from django.conf import settings

from catalogue.models import PubliccodeFile, Solution, SolutionOrganisation, Transfer
from catalogue.publiccode.checks import is_email, is_licence, is_supported, is_url, is_web_url, length
from catalogue.publiccode.mapping import shortened, text_of
from catalogue.publiccode.reading import Node, plain, read_yaml
from catalogue.publiccode.rules import Finding, Rule, findings
from catalogue.publiccode.schema import V0

SHORTEST, LONGEST = 150, 10_000
HEAD = "# Aus dem Lösungskatalog des GovTech Campus Deutschland: {address}\n"
ASSUMED = "# Der Katalog kennt diese Angaben nicht, der Standard verlangt sie; sie sind angenommen: {names}\n"
CLOSING = (
    "Diese Angaben stammen aus dem Lösungskatalog des GovTech Campus Deutschland. Dort steht auch, wer die Lösung "
    "nutzt, auf welchem Weg man sie bekommt und wen man fragen kann: {address}"
)
ORDER = (
    "publiccodeYmlVersion", "name", "url", "landingURL", "releaseDate", "organisation",
    "platforms", "categories", "usedBy", "developmentStatus", "softwareType", "supports", "intendedAudience",
    "description", "legal", "maintenance", "localisation",
)  # fmt: skip
# facts that the catalogue does not keep; only what comes from a fixed list, as nobody has released the file's words
FROM_THE_FILE = ("releaseDate", "categories", "softwareType", "localisation")
PLATFORMS = {"web", "windows", "mac", "linux", "ios", "android"}
REACHABLE = ("internal", "community")  # kinds of maintenance that need a contact


class NotOpen(ValueError):
    """publiccode.yml describes software whose source and licence are known; this solution has not both."""


def publiccode_of(solution: Solution) -> str:
    """The file as text. Raises NotOpen."""
    if is_url(solution.source_url) or is_licence(solution.licence):
        raise NotOpen(solution.slug)
    address = settings.SITE_URL + solution.get_absolute_url()
    known = _known(solution) | _kept(solution)
    assumed = {name: value for name, value in _assumptions(solution).items() if name not in known}
    whole = assumed | known
    text = yaml.safe_dump(
        {name: whole[name] for name in ORDER if name in whole}, allow_unicode=True, sort_keys=False, width=110
    )
    head = HEAD.format(address=address) + (ASSUMED.format(names=", ".join(sorted(assumed))) if assumed else "")
    return head + text


def _known(solution: Solution) -> dict[str, Any]:
    """What the catalogue says itself."""
    said: dict[str, Any] = {"publiccodeYmlVersion": "0", "name": solution.title, "url": solution.source_url}
    if not is_web_url(solution.website_url):
        said["landingURL"] = solution.website_url
    if solution.development_status:
        said["developmentStatus"] = solution.development_status
    links = solution.organisation_roles.filter(role=SolutionOrganisation.Role.OWNER).select_related("organisation")
    owners = [link.organisation for link in links]
    if owners and not is_web_url(owners[0].website_url):
        said["organisation"] = {"name": owners[0].name, "uri": owners[0].website_url}
    if used_by := _used_by(solution):
        said["usedBy"] = used_by
    supports = [name for name in solution.standards if is_supported(name) is None]
    aliases = [f"alias:{name}" for name in solution.standards if is_supported(f"alias:{name}") is None]
    if supports + aliases:
        said["supports"] = [{"id": name} for name in supports + aliases]
    said["intendedAudience"] = {"countries": ["DE"]}
    said["legal"] = {"license": solution.licence}
    said["description"] = {"de": _description(solution)}
    return said


def _used_by(solution: Solution) -> list[str]:
    uses = Transfer.objects.public().in_use().filter(solution=solution).select_related("region", "organisation")
    names = [use.organisation.name if use.organisation else use.region.label for use in uses.order_by("pk")]
    return list(dict.fromkeys(names))


def _description(solution: Solution) -> dict[str, Any]:
    address = settings.SITE_URL + solution.get_absolute_url()
    text = "\n\n".join(part for part in (solution.description, solution.benefits) if part)
    if length(text) < SHORTEST:
        text = "\n\n".join(part for part in (text or solution.summary, CLOSING.format(address=address)) if part)
    features = [line[2:].strip() for line in solution.description.splitlines() if line[:2] in ("- ", "* ")]
    made = {
        "localisedName": solution.title,
        "shortDescription": solution.summary,
        "longDescription": text[:LONGEST],
        "features": [feature for feature in features if feature] or [shortened(solution.summary, 100)],
    }
    if not is_web_url(solution.documentation_url):
        made["documentation"] = solution.documentation_url
    return made


def _kept(solution: Solution) -> dict[str, Any]:
    """From the newest file of the software, as far as it is valid. Contacts are the catalogue's, where one is asked."""
    file = PubliccodeFile.objects.filter(solution=solution).order_by("-read_at", "pk").first()
    if file is None:
        return {}
    entries = read_yaml(file.raw.encode()).entries
    found = {
        name: plain(entries[name]) for name in FROM_THE_FILE if name in entries and not _wrong(name, entries[name])
    }
    platforms = plain(entries["platforms"]) if "platforms" in entries else None
    if isinstance(platforms, list) and (named := [name for name in platforms if name in PLATFORMS]):
        found["platforms"] = named
    kind = text_of(entries.get("maintenance"), "type")
    contacts = _contacts(solution)
    if kind == "none" or (kind in REACHABLE and contacts):
        found["maintenance"] = {"type": kind} | ({"contacts": contacts} if contacts else {})
    return {name: value for name, value in found.items() if value}


def _wrong(name: str, node: Node) -> list[Finding]:
    rule: Rule = V0.keys[name]
    return [finding for finding in findings(node, rule, name, 0) if finding.is_error]


def _assumptions(solution: Solution) -> dict[str, Any]:
    contacts = _contacts(solution)
    maintenance: dict[str, Any] = {"type": "none"}
    if contacts:
        maintenance = {"type": "internal", "contacts": contacts}
    return {
        "platforms": ["web"],
        "softwareType": "standalone/other",
        "developmentStatus": "development",
        "maintenance": maintenance,
        "localisation": {"localisationReady": False, "availableLanguages": ["de"]},
    }


def _contacts(solution: Solution) -> list[dict[str, str]]:
    made = []
    for contact in solution.contacts.all():
        row = {"name": contact.name, "affiliation": contact.organisation, "phone": contact.phone}
        row |= {} if is_email(contact.email) else {"email": contact.email}
        made.append({name: value for name, value in row.items() if value})
    return made
