"""What a publiccode.yml says about a solution, as content of a revision. Lenient: what fits is taken, the rest told."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from catalogue.content import Content
from catalogue.models import Solution, SolutionContact
from catalogue.publiccode.checks import LICENCES, is_email, is_licence, is_url, is_web_url
from catalogue.publiccode.reading import Mapping, Node, Scalar, Sequence
from catalogue.publiccode.schema import STATUSES

SUMMARY = 150
LONGEST_NAME = 120
LONGEST_URL = 200  # of a URL column
LONGEST_TEXT = 20_000
MOST_CONTACTS, MOST_USERS = 10, 200
FIRST_LANGUAGES = ("de", "en")
_LICENCE_SPELLED = {licence.lower(): licence for licence in LICENCES}


class NotASolution(ValueError):
    """Lacks what a draft needs; the text says what, in German."""


@dataclass(frozen=True)
class Origin:
    """Where in the file a value stands."""

    key: str
    line: int


@dataclass
class Mapped:
    """Fields of the content with where they come from. `used_by` are names as people write them."""

    source_id: str
    content: Content = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    used_by: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # why something was not taken over

    def take(self, name: str, value: Any, key: str, line: int) -> None:
        if value not in (None, "", []):
            self.content[name], self.origins[name] = value, Origin(key, line)

    def leave_out(self, key: str, line: int, why: str) -> None:
        self.left_out.append(f"Zeile {line}: {key} {why}")


def mapped(root: Mapping) -> Mapped:
    """Raises NotASolution where there is no name or no address of the source code."""
    name, url = text_of(root, "name"), text_of(root, "url")
    if not name:
        raise NotASolution("name fehlt")
    if not url or is_url(url) or len(url) > LONGEST_URL:
        raise NotASolution("url fehlt oder ist keine Internetadresse: ohne sie ist die Software nicht zu erkennen")
    found = Mapped(source_id_of(url))
    found.take("title", shortened(name, LONGEST_NAME), "name", root.lines["name"])
    for name_of_field, key in (("source_url", "url"), ("website_url", "landingURL")):
        _take_url(found, name_of_field, root, key)
    _take_status(found, root)
    _take_licence(found, root)
    _take_texts(found, root)
    _take_contacts(found, root)
    found.take("standards", list(_standards(root)), "supports", root.lines.get("supports", 0))
    used_by = root.entries.get("usedBy")
    items = used_by.items if isinstance(used_by, Sequence) else []
    names = [item.text.strip() for item in items[:MOST_USERS] if isinstance(item, Scalar) and item.text.strip()]
    found.used_by = list(dict.fromkeys(names))
    if len(items) > MOST_USERS:
        found.leave_out("usedBy", root.lines["usedBy"], f"nennt mehr als {MOST_USERS} Nutzer, die übrigen fehlen")
    return found


def source_id_of(url: str) -> str:
    """One spelling for one repository: host in lower case, without scheme, access data, .git and closing slash."""
    parts = urlsplit(url)
    path = re.sub(r"/+", "/", parts.path).rstrip("/").removesuffix(".git")
    return f"{(parts.hostname or '').removeprefix('www.')}{path}"


def shortened(text: str, longest: int) -> str:
    """At a word, with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut[longest // 2 :] else cut}…"


def text_of(node: Node | None, key: str) -> str:
    value = node.entries.get(key) if isinstance(node, Mapping) else None
    return value.text.strip() if isinstance(value, Scalar) and isinstance(value.value, str) else ""


def _take_url(found: Mapped, name: str, node: Mapping, key: str, path: str = "") -> None:
    url, line = text_of(node, key), node.lines.get(key, 0)
    if not url:
        return
    if is_web_url(url) or len(url) > LONGEST_URL:
        found.leave_out(path or key, line, "ist keine Internetadresse mit http:// oder https://")
    else:
        found.take(name, url, path or key, line)


def _take_status(found: Mapped, root: Mapping) -> None:
    key = "developmentStatus"
    status = text_of(root, key)
    if status in STATUSES:
        found.take("development_status", status, key, root.lines[key])
    elif status:
        found.leave_out(key, root.lines[key], f"„{status[:40]}“ ist kein Entwicklungsstand")


def _take_licence(found: Mapped, root: Mapping) -> None:
    """What is no SPDX expression even in another spelling is kept as a note."""
    legal = root.entries.get("legal")
    typed = text_of(legal, "license")
    if not typed or not isinstance(legal, Mapping):
        return
    line = legal.lines["license"]
    licence = _LICENCE_SPELLED.get(typed.lower(), typed)
    longest = Solution._meta.get_field("licence").max_length or 0
    if is_licence(licence) or len(licence) > longest:
        found.leave_out("legal.license", line, f"„{typed[:60]}“ ist keine Lizenz nach SPDX, steht als Anmerkung")
        found.take("licence_note", shortened(typed, 200), "legal.license", line)
    else:
        found.take("licence", licence, "legal.license", line)


def _take_texts(found: Mapped, root: Mapping) -> None:
    descriptions = root.entries.get("description")
    language = _language(descriptions)
    if not isinstance(descriptions, Mapping) or language is None:
        found.leave_out("description", root.lines.get("description", 1), "fehlt")
        found.take("summary", shortened(text_of(root, "name"), SUMMARY), "name", root.lines["name"])
        return
    node, path = descriptions.entries[language], f"description.{language}"
    texts = node if isinstance(node, Mapping) else Mapping(0)
    summary = text_of(node, "shortDescription") or text_of(node, "genericName") or text_of(root, "name")
    line = texts.lines.get("shortDescription", descriptions.lines[language])
    if len(summary) > SUMMARY:
        found.leave_out(f"{path}.shortDescription", line, f"ist länger als {SUMMARY} Zeichen und wurde gekürzt")
    found.take("summary", shortened(summary, SUMMARY), f"{path}.shortDescription", line)
    line = texts.lines.get("longDescription", descriptions.lines[language])
    found.take("description", _long_text(texts), f"{path}.longDescription", line)
    _take_url(found, "documentation_url", texts, "documentation", f"{path}.documentation")


def _language(descriptions: Node | None) -> str | None:
    """German before English before whatever comes first."""
    if not isinstance(descriptions, Mapping):
        return None
    given = [name for name, node in descriptions.entries.items() if isinstance(node, Mapping)]
    ranked = [name for first in FIRST_LANGUAGES for name in given if re.split("[-_]", name)[0].lower() == first]
    return next(iter(ranked + given), None)


def _long_text(node: Mapping) -> str:
    features = node.entries.get("features")
    items = features.items if isinstance(features, Sequence) else []
    listed = "\n".join(f"- {' '.join(item.text.split())}" for item in items if isinstance(item, Scalar) and item.text)
    return "\n\n".join(part for part in (text_of(node, "longDescription"), listed) if part)[:LONGEST_TEXT]


def _take_contacts(found: Mapped, root: Mapping) -> None:
    maintenance = root.entries.get("maintenance")
    listed = maintenance.entries.get("contacts") if isinstance(maintenance, Mapping) else None
    items = listed.items if isinstance(listed, Sequence) else []
    contacts = [contact for item in items[:MOST_CONTACTS] if (contact := _contact(item))]
    line = maintenance.lines.get("contacts", 0) if isinstance(maintenance, Mapping) else 0
    found.take("contacts", contacts, "maintenance.contacts", line)


def _contact(item: Node) -> dict[str, Any] | None:
    name = text_of(item, "name") or text_of(item, "affiliation")
    if not name:
        return None
    email, phone = text_of(item, "email"), text_of(item, "phone")
    longest = {column.name: column.max_length or 0 for column in SolutionContact._meta.concrete_fields}
    return {
        "name": shortened(name, longest["name"]),
        "organisation": shortened(text_of(item, "affiliation"), longest["organisation"]),
        "email": "" if is_email(email) or len(email) > longest["email"] else email,
        "phone": phone if len(phone) <= longest["phone"] else "",
        "url": "",
        "review_due": None,
    }


def _standards(root: Mapping) -> Iterator[str]:
    supports = root.entries.get("supports")
    for item in supports.items if isinstance(supports, Sequence) else []:
        name = text_of(item, "id").removeprefix("alias:")
        if name and len(name) <= 60:
            yield name
