"""The shapes of which a schema is made, and the walk that compares a file with them."""

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Keys
from dataclasses import dataclass, field
from typing import NamedTuple

from catalogue.publiccode.checks import Check, is_language, length
from catalogue.publiccode.reading import Mapping, Node, Scalar, Sequence

WRONG_TYPE = "hat die falsche Form"
DEPRECATED = "ist veraltet und fällt in einer künftigen Fassung weg"


class Finding(NamedTuple):
    """Something wrong, or (a hint) something that will be. `key` is the path in the file, "" the file as a whole."""

    key: str
    line: int
    text: str
    is_error: bool = True

    def __str__(self) -> str:
        where = f"Zeile {self.line}: " if self.line else ""
        return f"{where}{self.key} {self.text}" if self.key else f"{where}{self.text}"


@dataclass(frozen=True, kw_only=True)
class Text:
    check: Check | None = None
    shortest: int = 0
    longest: int = 0
    required: bool = False
    deprecated: bool = False
    may_be_empty: bool = True
    hint: Callable[[str], str | None] | None = None


@dataclass(frozen=True, kw_only=True)
class Flag:
    required: bool = False
    deprecated: bool = False


@dataclass(frozen=True, kw_only=True)
class Many:
    of: "Rule"
    required: bool = False
    deprecated: bool = False
    at_least_one: bool = False
    or_one: bool = False  # a single value may stand in place of the list


@dataclass(frozen=True, kw_only=True)
class Record:
    keys: Keys[str, "Rule"]
    required: bool = False
    deprecated: bool = False
    also: Callable[[Mapping, str], Iterator[Finding]] | None = None  # rules between several keys


@dataclass(frozen=True, kw_only=True)
class PerLanguage:
    of: "Rule"
    required: bool = True
    deprecated: bool = field(default=False)


Rule = Text | Flag | Many | Record | PerLanguage


def findings(node: Node, rule: Rule, key: str, line: int) -> Iterator[Finding]:
    """Compare one value; `line` is where its key stands."""
    if rule.deprecated:
        yield Finding(key, line, DEPRECATED, is_error=False)
    yield from _WALKS[type(rule)](node, rule, key, line)


def is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def _text(node: Node, rule: Text, key: str, line: int) -> Iterator[Finding]:
    if not isinstance(node, Scalar) or isinstance(node.value, bool):
        yield Finding(key, line, WRONG_TYPE)
        return
    if not node.text and rule.may_be_empty:
        return
    if rule.check and (wrong := rule.check(node.text)):
        yield Finding(key, line, wrong)
    elif rule.longest and length(node.text) > rule.longest:
        yield Finding(key, line, f"ist länger als {rule.longest} Zeichen")
    elif rule.shortest and length(node.text) < rule.shortest:
        yield Finding(key, line, f"ist kürzer als {rule.shortest} Zeichen")
    elif rule.hint and (hint := rule.hint(node.text)):
        yield Finding(key, line, hint, is_error=False)


def _flag(node: Node, rule: Flag, key: str, line: int) -> Iterator[Finding]:
    if not isinstance(node, Scalar) or not isinstance(node.value, bool):
        yield Finding(key, line, f"{WRONG_TYPE}: nur true oder false")


def _many(node: Node, rule: Many, key: str, line: int) -> Iterator[Finding]:
    if rule.or_one and isinstance(node, Scalar):
        yield from findings(node, rule.of, key, line)
    elif not isinstance(node, Sequence):
        yield Finding(key, line, WRONG_TYPE)
    elif not node.items and rule.at_least_one:
        yield Finding(key, line, "braucht mindestens einen Eintrag")
    else:
        for number, item in enumerate(node.items):
            yield from findings(item, rule.of, f"{key}[{number}]", item.line)


def _record(node: Node, rule: Record, key: str, line: int) -> Iterator[Finding]:
    if not isinstance(node, Mapping):
        yield Finding(key, line, WRONG_TYPE)
        return
    for name, value in node.entries.items():
        path, at = _path(key, name), node.lines[name]
        known = rule.keys.get(name)
        if known is None:
            yield Finding(path, at, "gibt es in publiccode.yml nicht")
        elif not is_nothing(value):
            yield from findings(value, known, path, at)
    for name, needed in rule.keys.items():
        if needed.required and (name not in node.entries or _is_blank(node.entries[name], needed)):
            yield Finding(_path(key, name), node.lines.get(name, line), "fehlt")
    if rule.also:
        yield from rule.also(node, key)


def _per_language(node: Node, rule: PerLanguage, key: str, line: int) -> Iterator[Finding]:
    if not isinstance(node, Mapping):
        yield Finding(key, line, WRONG_TYPE)
        return
    if not node.entries:
        yield Finding(key, line, "braucht mindestens einen Eintrag")
    for name, value in node.entries.items():
        if wrong := is_language(name):
            yield Finding(key, node.lines[name], f"{name[:60]} {wrong}")
        else:
            yield from findings(value, rule.of, _path(key, name), node.lines[name])


def _path(key: str, name: str) -> str:
    return f"{key}.{name[:60]}" if key else name[:60]


def _is_blank(node: Node, rule: Rule) -> bool:
    return is_nothing(node) or (isinstance(rule, Text) and isinstance(node, Scalar) and not node.text)


_WALKS: dict[type, Callable[..., Iterator[Finding]]] = {
    Text: _text,
    Flag: _flag,
    Many: _many,
    Record: _record,
    PerLanguage: _per_language,
}
