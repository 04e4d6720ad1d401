"""Reads YAML that strangers wrote, with bounds: size, depth and number of values, no tags, no doubled key.

Events of the parser become plain nodes that know their line; nothing is ever constructed from a tag. Words are read
as YAML 1.2 says: `no` is a word and not false. Every refusal names its reason and line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

MOST_BYTES = 256 * 1024  # the largest of 54 real files has 12 KB
MOST_VALUES = 20_000  # after aliases are written out
DEEPEST = 20
CORE_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map", "timestamp")}
NUMBER = re.compile(r"[-+]?(0o[0-7]+|0x[0-9a-fA-F]+|(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|\.inf|\.Inf|\.nan)")
WORDS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None, "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Unreadable(ValueError):
    """Not YAML that we read; the text says why, in German. `line` counts from one, 0 is the file as a whole."""

    def __init__(self, text: str, line: int = 0) -> None:
        super().__init__(text)
        self.line = line

    def __str__(self) -> str:
        return f"Zeile {self.line}: {self.args[0]}" if self.line else str(self.args[0])


@dataclass(slots=True)
class Scalar:
    text: str
    line: int
    is_plain: bool = True

    @property
    def value(self) -> str | bool | None:
        """Unquoted words are what YAML 1.2 calls them; numbers stay the text that was typed."""
        return WORDS.get(self.text, self.text) if self.is_plain else self.text

    @property
    def is_number(self) -> bool:
        return self.is_plain and NUMBER.fullmatch(self.text) is not None


@dataclass(slots=True)
class Sequence:
    line: int
    items: list["Node"] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    line: int
    entries: dict[str, "Node"] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)  # where each key stands


Node = Scalar | Sequence | Mapping


def read_yaml(raw: bytes) -> Mapping:
    """The one document of the file, a mapping. Raises Unreadable."""
    text = decoded(raw)
    try:
        root = _Tree(yaml.parse(text, Loader=_Loader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(
            f"kein gültiges YAML ({error.problem or error.context})", mark.line + 1 if mark else 0
        ) from error
    except yaml.YAMLError as error:
        raise Unreadable(f"kein gültiges YAML ({str(error).splitlines()[0][:100]})") from error
    if not isinstance(root, Mapping):
        raise Unreadable("oben müssen Schlüssel mit Werten stehen", root.line if root else 0)
    return root


def decoded(raw: bytes) -> str:
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"die Datei ist größer als {MOST_BYTES // 1024} KB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("die Datei ist nicht in UTF-8", raw[: error.start].count(b"\n") + 1) from error
    if found := _FORBIDDEN.search(text):
        raise Unreadable("Steuerzeichen gehören nicht in diese Datei", text[: found.start()].count("\n") + 1)
    return text


def plain(node: Node) -> object:
    """As lists, dicts and texts: for what is mapped and for JSON."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.entries.items()}


class _Tree:
    """Builds nodes from events without recursion over depth that we do not allow."""

    def __init__(self, events: Iterator[Any]) -> None:
        self.events: Iterator[Any] = events
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.values = 0

    def document(self) -> Node | None:
        root, documents = None, 0
        for event in self.events:
            kind = type(event)
            if kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise Unreadable("mehr als ein Dokument in einer Datei", event.start_mark.line + 1)
            elif issubclass(kind, yaml.NodeEvent):
                root = self._node(event, 1)
        return root

    def _node(self, event: Any, depth: int) -> Node:
        line = event.start_mark.line + 1
        if type(event) is yaml.AliasEvent:
            return self._alias(event.anchor or "", line)
        if depth > DEEPEST:
            raise Unreadable(f"tiefer als {DEEPEST} Ebenen verschachtelt", line)
        if event.tag not in (None, "!") and event.tag not in CORE_TAGS:
            raise Unreadable(f"das Kennzeichen {event.tag[:60]} ist nicht erlaubt", line)
        before = self.values
        self._count(1, line)
        node = self._built(event, depth, line)
        if event.anchor:
            self.anchors[event.anchor] = (node, self.values - before)
        return node

    def _built(self, event: Any, depth: int, line: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            if _FORBIDDEN.search(event.value):  # written as an escape
                raise Unreadable("Steuerzeichen gehören nicht in diese Datei", line)
            return Scalar(event.value, line, event.implicit[0])
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(line, [self._node(item, depth + 1) for item in self._until(yaml.SequenceEndEvent)])
        return self._mapping(depth, line)

    def _mapping(self, depth: int, line: int) -> Mapping:
        made = Mapping(line)
        for event in self._until(yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise Unreadable("ein Schlüssel muss ein Wort sein", key.line)
            if key.is_plain and key.text == "<<":
                raise Unreadable("der Verweis << ist nicht erlaubt", key.line)
            if key.text in made.entries:
                raise Unreadable(f"der Schlüssel {key.text[:60]} steht doppelt", key.line)
            made.entries[key.text] = self._node(next(self.events), depth + 1)
            made.lines[key.text] = key.line
        return made

    def _until(self, end: type[yaml.Event]) -> Iterator[Any]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield event

    def _alias(self, anchor: str, line: int) -> Node:
        if anchor not in self.anchors:  # unknown, or inside itself
            raise Unreadable(f"der Verweis *{anchor[:60]} führt ins Leere oder auf sich selbst", line)
        node, size = self.anchors[anchor]
        self._count(size, line)
        return node

    def _count(self, values: int, line: int) -> None:
        self.values += values
        if self.values > MOST_VALUES:
            raise Unreadable(f"mehr als {MOST_VALUES} Werte", line)
