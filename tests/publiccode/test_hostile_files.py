"""Files that were made to hurt: each is refused in under a second, with the reason and the line."""

import contextlib
import time
import tracemalloc

import pytest

from catalogue.publiccode.mapping import NotASolution, mapped
from catalogue.publiccode.reading import MOST_BYTES, Unreadable, plain, read_yaml
from catalogue.publiccode.validator import validate

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
HOSTILE = {
    "fifty megabytes": (b"a: " + b"x" * 50_000_000, "die Datei ist größer als 256 KB"),
    "billion laughs": (LAUGHS.encode(), "Zeile 5: mehr als 20000 Werte"),
    "merge bomb": (b"a: &a {b: c}\nd:\n  <<: [*a, *a]\n", "Zeile 3: der Verweis << ist nicht erlaubt"),
    "contains itself": (b"a: &a\n  b: *a\n", "Zeile 2: der Verweis *a führt ins Leere oder auf sich selbst"),
    "5,000 deep in lists": (
        b"a:\n " + b"[" * 5_000 + b"]" * 5_000,
        "Zeile 2: kein gültiges YAML (exceeded maximum nesting depth)",
    ),
    "5,000 deep in keys": (
        b"".join(b" " * n + b"k:\n" for n in range(600)) + b" " * 600 + b"v",
        "Zeile 20: tiefer als 20 Ebenen verschachtelt",
    ),
    "doubled key": (b"name: a\nurl: b\nname: c\n", "Zeile 3: der Schlüssel name steht doppelt"),
    "a call": (
        b"name: !!python/object/apply:os.system ['true']\n",
        "Zeile 1: das Kennzeichen tag:yaml.org,2002:python/object/apply:os.system ist nicht erlaubt",
    ),
    "own tag": (b"name: !secret x\n", "Zeile 1: das Kennzeichen !secret ist nicht erlaubt"),
    "Latin-1": ("url: x\nname: Bürgeramt\n".encode("latin-1"), "Zeile 2: die Datei ist nicht in UTF-8"),
    "UTF-16": ("name: x\n".encode("utf-16"), "Zeile 1: die Datei ist nicht in UTF-8"),
    "rubbish": (bytes(range(128, 256)) * 100, "Zeile 1: die Datei ist nicht in UTF-8"),
    "NUL": (b"name: x\nurl: a\x00b\n", "Zeile 2: Steuerzeichen gehören nicht in diese Datei"),
    "two documents": (b"name: x\n---\nname: y\n", "Zeile 2: mehr als ein Dokument in einer Datei"),
    "a list": (b"- a\n- b\n", "Zeile 1: oben müssen Schlüssel mit Werten stehen"),
    "nothing": (b"", "oben müssen Schlüssel mit Werten stehen"),
    "a list as key": (b"name: x\n? [a, b]\n: c\n", "Zeile 2: ein Schlüssel muss ein Wort sein"),
    "many values": (b"a:\n" + b"- x\n" * 30_000, "Zeile 19999: mehr als 20000 Werte"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_at_once_with_reason_and_line(name):
    raw, reason = HOSTILE[name]
    begin = time.process_time()
    with pytest.raises(Unreadable) as refused:
        read_yaml(raw)
    assert (str(refused.value), time.process_time() - begin < 1) == (reason, True)


def test_the_reason_of_broken_yaml_has_its_line():
    with pytest.raises(Unreadable) as refused:
        read_yaml(b"name: x\nurl: 'no end\n")
    assert (refused.value.line, "kein gültiges YAML" in str(refused.value)) == (3, True)


@pytest.mark.parametrize("filling", [b"- x\n", b"[[]]: x\n", b"- {a: b}\n", b"k: [[[[[[[\n", b"- *a\n", b"? "])
def test_memory_stays_bounded(filling):
    raw = b"a:\n" + filling * ((MOST_BYTES - 3) // len(filling))
    tracemalloc.start()
    begin = time.process_time()
    with pytest.raises(Unreadable):
        read_yaml(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (peak < 50_000_000, time.process_time() - begin < 2) == (True, True)  # tracing itself costs time


def test_words_are_read_as_yaml_1_2_says():
    root = read_yaml(b'\xef\xbb\xbfa: no\nb: true\nc: "true"\nd: 0.2\ne: ~\nf: 2017-04-15\ng: &x [1]\nh: *x\n')
    assert plain(root) == {
        "a": "no", "b": True, "c": "true", "d": "0.2", "e": None, "f": "2017-04-15", "g": ["1"], "h": ["1"],
    }  # fmt: skip


FILLINGS = ["a", "a.", "-a", " x", "(", "a-", "é", "[", "%", "@", ":/", "MIT OR ", "x\u200d"]
LINES = [
    'url: "…"', 'name: "…"', 'legal: {license: "…"}', 'usedBy: ["…"]', 'releaseDate: "…"',
    'description: {? "…" : {}}', 'description: {de: {shortDescription: "…", videos: ["…"]}}',
    'maintenance: {contacts: [{name: "…", email: "…", phone: "…"}]}', 'supports: [{id: "…"}]',
    'inputTypes: ["…"]', 'logo: "…"', 'organisation: {uri: "urn:…"}',
]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_a_value_of_any_length_costs_less_than_a_second(line):
    keys = [key for key in ("name", "url") if not line.startswith(key)]
    head = 'publiccodeYmlVersion: "0"\n' + "".join(f"{key}: https://x.example/y\n" for key in keys)
    slow = {}
    for filling in FILLINGS:
        raw = (head + line.replace("…", filling * (60_000 // len(filling)))).encode()
        begin = time.process_time()
        report = validate(raw)
        with contextlib.suppress(NotASolution):
            mapped(report.root)
        assert not report.is_valid
        if (taken := time.process_time() - begin) > 0.5:
            slow[filling] = taken
    assert slow == {}
