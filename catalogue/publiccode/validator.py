"""Compares a publiccode.yml with the standard: what is wrong, and in which line.

Version 1 of the standard is a release candidate: it is refused like any unknown version unless asked for.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from catalogue.publiccode.reading import Mapping, Node, Scalar, Sequence, Unreadable, read_yaml
from catalogue.publiccode.rules import WRONG_TYPE, Finding, findings, is_nothing
from catalogue.publiccode.schema import CURRENT_VERSIONS, DRAFT_VERSIONS, V0, V1, VERSIONS

VERSION_KEY = "publiccodeYmlVersion"
LOGOS = (".svg", ".svgz", ".png")
PICTURES = (*LOGOS, ".jpg", ".jpeg", ".gif", ".webp")
PNG = b"\x89PNG\r\n\x1a\n"
Look = Callable[[str], str | None]  # what is wrong with a file that is named: a path beside publiccode.yml, or a URL


@dataclass(frozen=True)
class Report:
    """What a file is; `root` is None where it cannot be read at all."""

    root: Mapping | None
    errors: tuple[Finding, ...]
    hints: tuple[Finding, ...]

    @property
    def is_valid(self) -> bool:
        return not self.errors


def validate(raw: bytes, *, accepts_draft: bool = False, look: Look | None = None) -> Report:
    """`look` is asked about files that are named; without it only their names are judged."""
    try:
        root = read_yaml(raw)
    except Unreadable as error:
        return Report(None, (Finding("", error.line, error.args[0]),), ())
    found = list(_version(root, accepts_draft))
    if not any(one.is_error for one in found):
        schema = V1 if _word(root.entries[VERSION_KEY]) in DRAFT_VERSIONS else V0
        found += findings(root, schema, "", 1)
        found += _files(root, look, schema is V0)
    found.sort(key=lambda one: one.line)
    return Report(root, tuple(f for f in found if f.is_error), tuple(f for f in found if not f.is_error))


def look_in(folder: Path, elsewhere: Look = lambda url: None) -> Look:
    """Looks for files beside a publiccode.yml on disk; URLs are asked elsewhere."""

    def look(name: str) -> str | None:
        if "://" in name:
            return elsewhere(name)
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            return f"nennt eine Datei, die es nicht gibt: {name[:100]}"
        with path.open("rb") as file:
            is_png = file.read(len(PNG)) == PNG
        return None if is_png or path.suffix.lower() != ".png" else f"ist kein Bild: {name[:100]}"

    return look


def _version(root: Mapping, accepts_draft: bool) -> Iterator[Finding]:
    node, line = root.entries.get(VERSION_KEY), root.lines.get(VERSION_KEY, 0)
    accepted = VERSIONS + (DRAFT_VERSIONS if accepts_draft else ())
    if node is None or is_nothing(node):
        yield Finding(VERSION_KEY, line, "fehlt")
    elif not isinstance(node, Scalar) or node.is_number or isinstance(node.value, bool):
        yield Finding(VERSION_KEY, line, f'{WRONG_TYPE}: ein Text in Anführungszeichen, etwa "0"')
    elif node.text not in accepted:
        yield Finding(VERSION_KEY, line, f"{node.text[:20]!r} gibt es nicht oder ist noch nicht verabschiedet")
    elif node.text not in CURRENT_VERSIONS + DRAFT_VERSIONS:
        yield Finding(VERSION_KEY, line, 'ist nicht die neueste, besser "0"', is_error=False)


def _files(root: Mapping, look: Look | None, has_old_keys: bool) -> Iterator[Finding]:
    """Logos, screenshots and the like are paths beside the file or web addresses."""
    keys = [("logo", LOGOS)] + ([("monochromeLogo", LOGOS)] if has_old_keys else [])
    for key, endings in keys:
        yield from _file(key, root.entries.get(key), root.lines.get(key, 0), endings, look)
    legal = root.entries.get("legal")
    if has_old_keys and isinstance(legal, Mapping):
        key = "authorsFile"
        yield from _file(f"legal.{key}", legal.entries.get(key), legal.lines.get(key, 0), (), look)
    description = root.entries.get("description")
    for language, one in description.entries.items() if isinstance(description, Mapping) else ():
        pictures = one.entries.get("screenshots") if isinstance(one, Mapping) else None
        for number, item in enumerate(pictures.items if isinstance(pictures, Sequence) else ()):
            yield from _file(f"description.{language}.screenshots[{number}]", item, item.line, PICTURES, look)


def _file(key: str, node: Node | None, line: int, endings: tuple[str, ...], look: Look | None) -> Iterator[Finding]:
    if not isinstance(node, Scalar) or not node.text or is_nothing(node):
        return
    name = node.text
    if name.startswith(("/", "file:")):
        yield Finding(key, line, "muss ein Pfad neben publiccode.yml oder eine Internetadresse sein")
    elif endings and "://" not in name and PurePosixPath(name).suffix.lower() not in endings:
        yield Finding(key, line, f"hat nicht die Endung {', '.join(endings)}")
    elif look and (wrong := look(name)):
        yield Finding(key, line, wrong)


def _word(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""
