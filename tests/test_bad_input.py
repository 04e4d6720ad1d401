"""Whatever stands in an address or is posted: a page that helps or a clean refusal, at once, and nothing is written.

The pages are those of test_public_pages, so a new page is attacked without a line here.
"""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from members.models import OutgoingMail, PortalVersion, RequestCount
from subscriptions.links import confirm_url, manage_path, unsubscribe_path
from subscriptions.models import Subscriber, Subscription
from tests.full_catalogue import FullCatalogue, make_full_catalogue
from tests.public_samples import SAMPLES

SECONDS = 2.0  # of computing
PATIENCE = 10.0  # seconds on the clock: the machine may be busy, a runaway statement is longer
PARAMETERS = (
    "q", "fuer", "region", "seite", "sortierung", "handlungsfeld", "phase", "ebene", "lizenz", "betriebsmodell", "ki",
    "pruefstatus", "geaendert_seit", "loesung", "stand", "zustand", "auftraggeber", "art", "mitgliedschaft",
    "skalierungspartner", "innerhalb", "neuigkeit", "next", "page", "page_size", "format", "modified_since", "within",
)  # fmt: skip
VALUES = {
    "NUL byte": "%00", "NUL inside": "a%00b", "lone surrogate": "%ED%A0%80", "half a character": "%C3", "broken %": "%",
    "broken %z": "%zz%u1234", "10^400": "1" + "0" * 400, "1e400": "1e400", "negative": "-1", "huge": "9" * 5000,
    "10^9": "1000000000", "2^63": "9223372036854775808", "fraction": "1.5", "arabic digits": "%D9%A1%D9%A2",
    "nan": "nan",    "superscript": "%C2%B2", "10,000 letters": "x" * 10_000, "many words": "wort+" * 1500,
    "only spaces": "%20%09%0A%E2%80%8B", "right to left": "%E2%80%AEabc", "SQL": "'%29%3B+DROP+TABLE+x%3B--",
    "SQL wildcard": "%25_%5C" * 60, "backslash": "%5C", "tsquery": "%26+%7C+%21+%28%3A*+%3C-%3E+a%3A*",
    "regex": "(((a%2B)%2B)%2B%5B%24",
    "quotes": "%22%27%60", "template": "{{+7*7+}}{%25+debug+%25}${7*7}", "markup": "%3Cscript%3Ealert(1)%3C/script%3E",
    "header": "a%0D%0ASet-Cookie:+x=1", "no key": "99999", "odd key": "071371", "key and letters": "07137x",
    "date": "99999-12-31T25:61:61Z", "date too early": "0001-01-01T00:00:00%2B14:00", "JSON": "%7B%22a%22:[1]%7D",
    "path": "../../../etc/passwd", "combining": "a" + "%CC%81" * 500,
}  # fmt: skip
WHOLE = {
    "200 unknown": "&".join(f"gibtesnicht{n}={n}" for n in range(200)),
    "one name 600 times": "&".join(f"{name}={n}" for name in ("region", "handlungsfeld", "phase") for n in range(600)),
    "odd names": "q[]=1&region[a]=2&seite[$gt]=0&=&==&&=x&%00=1&a%00b=2&%ED%A0%80=1&%&%=%;;q=1;a",
    "3000 fields": "&".join(["q=1"] * 3000),
}  # fmt: skip
IN_PLACE_OF_A_SLUG = (
    "%00", "%ED%A0%80", "%C3", "9" * 400, "x" * 3000, "'--", "%7B%7B7*7%7D%7D", "%3Cscript%3Ealert(1)", "..", "071371",
    "07137x", "%D9%A1%D9%A2", "a%0D%0Ab", "(((a+)+)+$",
)  # fmt: skip
NAMES_A_ROW = ("loesung-0", "feld-0", "07137", "stadt-0", "fertig-0", "vergabe-0", "1-abc", "MQ:1abc:def")
FOR_EVERY_PAGE = ("NUL byte", "lone surrogate", "10^400", "10,000 letters")
EVERYWHERE = ("q", "fuer", "region", "seite")
LISTS = {  # what each list reads
    "start": ("fuer",),
    "solution_list": (*EVERYWHERE, "handlungsfeld", "phase", "lizenz", "pruefstatus", "sortierung", "geaendert_seit"),
    "solution_spread": ("fuer", "seite"),
    "transfer_list": ("region", "seite", "handlungsfeld"),
    "region_list": ("q",),
    "region_suggestions": ("q",),
    "organisation_list": ("q", "seite", "art", "mitgliedschaft", "skalierungspartner"),
    "exploration_list": ("q", "seite", "zustand", "handlungsfeld", "auftraggeber", "geaendert_seit"),
    "tender_list": ("q", "seite", "stand", "handlungsfeld", "auftraggeber", "geaendert_seit"),
    "subscribe": ("region", "loesung", "handlungsfeld", "neuigkeit"),
    "account_login": ("next",),
    "api_solution-list": ("q", "region", "page", "modified_since"),
    "api_transfer-list": ("solution",),
    "api_organisation-list": ("scaling_partner",),
    "api_region-list": ("within", "page_size"),
    "api_exploration-list": ("buyer",),
    "api_tender-list": ("q",),
}
TOKENS = ("subscription_confirm", "subscription_manage", "subscription_unsubscribe")
GARBAGE: tuple[Any, ...] = (
    "", "\0", "a\0b", "\ud800".encode("utf-8", "surrogatepass"), b"\xc3\x28", "9" * 5000, "-1", "1e400",
    "x" * 10_000, "'; DROP TABLE x;--", "{{ 7*7 }}{% debug %}", "<script>alert(1)</script>", "a\r\nBcc: x@y.example",
    "²", "١٢",    "a@b@c.example", "ä" * 300 + "@stadt.example", "x@" + "ä" * 64 + ".example", "@", "x@[127.0.0.1]",
    "x@localhost", '"a b"@c.example',
    "\u202eabc", "& | ! (:* <-> a:*", ["a", "b", "c"], ["\0"] * 50, "x@" + "a." * 200 + "example", "x@\u3002.example",
)  # fmt: skip
STATE = (Subscriber, Subscription, OutgoingMail, PortalVersion)


@pytest.fixture
def full_catalogue(regions, editor, approver, procurement_officer) -> FullCatalogue:
    return make_full_catalogue(regions, editor, approver, procurement_officer)


@pytest.fixture
def tokens(full_catalogue) -> dict[str, str]:
    subscriber = full_catalogue.subscriber
    return {
        "confirm": "/" + confirm_url(subscriber).split("/", 3)[3],
        "manage": manage_path(subscriber),
        "unsubscribe": unsubscribe_path(subscriber),
    }


@pytest.fixture
def stranger() -> Client:
    """Gets the page for an error and not the exception, as a reader does."""
    return Client(raise_request_exception=False)


def bare(path: str) -> str:
    return path.partition("?")[0]


def asked(name: str) -> str:
    sample = SAMPLES[name]
    return bare(sample) if isinstance(sample, str) else ""


def ask(client: Client, path: str, query: str = "") -> str:
    """The query goes in as it is: the test client would repair it. Returns what was wrong with the answer, or ""."""
    begun = clocks()
    answer = client.get(path, QUERY_STRING=query)
    return complaint(answer, elapsed(begun))


def clocks() -> tuple[float, float]:
    return time.thread_time(), time.monotonic()


def elapsed(begun: tuple[float, float]) -> float:
    """Seconds of computing; those on the clock only when they are far too many."""
    computing, clock = (now - then for now, then in zip(clocks(), begun, strict=True))
    return clock if clock > PATIENCE else computing


def complaint(answer: Any, seconds: float) -> str:
    text = answer.content.decode("utf-8", "replace")
    if answer.status_code >= 500:
        return f"status {answer.status_code}"
    if seconds > SECONDS:
        return f"{seconds:.1f} s"
    if "Traceback" in text or "psycopg" in text:
        return "says too much"
    if "Set-Cookie: x" in str(answer.headers) or "x=1" in str(answer.cookies):
        return "header injected"
    if "<script>alert(1)" in text and "json" not in answer["Content-Type"]:
        return "markup came back as markup"
    return "" if answer.status_code < 400 or answer.status_code == 429 else _unhelpful(answer, text)


def _unhelpful(answer: Any, text: str) -> str:
    """A refusal is a page with a heading and a way on, or problem+json in the API."""
    kind = answer["Content-Type"]
    if kind == "application/problem+json":
        return "" if answer.json()["status"] == answer.status_code else "problem without its status"
    return "" if kind.startswith("text/html") and "<h1" in text and 'href="/' in text else f"bare {answer.status_code}"


def rows() -> list[Any]:
    return [sorted(map(str, model.objects.values_list())) for model in STATE]


@pytest.fixture
def read_only(full_catalogue) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        yield


def test_no_question_breaks_a_page(read_only, stranger):
    """Every page, with the same odd value for every parameter: a page passes over those that it does not know."""
    odd = {label: "&".join(f"{name}={VALUES[label]}" for name in PARAMETERS) for label in FOR_EVERY_PAGE} | WHOLE
    paths = [asked(name) for name in SAMPLES if asked(name)]
    wrong = {(path, label): ask(stranger, path, query) for path in paths for label, query in odd.items()}
    assert {where: said for where, said in wrong.items() if said} == {}


@pytest.mark.parametrize("name", LISTS)
def test_no_value_of_any_parameter_breaks_a_list(name, read_only, stranger):
    """Each value for each parameter; different values go together, so that few requests try them all."""
    path, parameters = asked(name), LISTS[name]
    together = 1 if "/api/" in path else len(parameters)  # the API refuses at the first value that it does not know
    wrong = {}
    for query in queries(parameters, together):
        said = ask(stranger, path, query)
        if said:
            wrong[query[:200]] = said
    assert wrong == {}


def queries(parameters: tuple[str, ...], together: int) -> Iterator[str]:
    values = list(VALUES.values())
    if together == 1:
        yield from (f"{name}={value}" for name in parameters for value in values)
        return
    for turn in range(len(values)):
        yield "&".join(f"{name}={values[(turn + n) % len(values)]}" for n, name in enumerate(parameters))


def test_no_address_breaks_a_page(read_only, stranger):
    """What names the row, replaced."""
    wrong = {}
    for sample in (sample for sample in SAMPLES.values() if isinstance(sample, str)):
        for path in (sample.replace(name, odd) for name in NAMES_A_ROW if name in sample for odd in IN_PLACE_OF_A_SLUG):
            said = ask(stranger, path.partition("?")[0])
            if said:
                wrong[path[:120]] = said
    assert wrong == {}


@pytest.mark.parametrize("name", TOKENS)
def test_an_invented_link_is_answered_by_a_page_that_helps(name, full_catalogue, stranger):
    before = rows()
    right = unsubscribe_path(full_catalogue.subscriber).split("/")[2]
    for odd in (*IN_PLACE_OF_A_SLUG, right[:-1], right + "A", right[::-1], right + "==", "A" * 64, "é" * 30):
        pattern = reverse(name, args=["TOKEN"])
        for answer in (stranger.get(pattern.replace("TOKEN", odd)), stranger.post(pattern.replace("TOKEN", odd))):
            if answer.status_code != 200 and answer.status_code != 302:
                assert answer.status_code in (404, 410), odd
                assert complaint(answer, 0) == "", odd
    assert [row for row in rows() if row not in before] == [] or name == "subscription_unsubscribe"


def garbage_for(names: tuple[str, ...]) -> list[dict[str, Any]]:
    """The same in all fields, and then each value in each field, different ones together."""
    turns = range(len(GARBAGE))
    mixed = [{name: GARBAGE[(turn + n) % len(GARBAGE)] for n, name in enumerate(names)} for turn in turns]
    return [dict.fromkeys(names, value) for value in GARBAGE] + mixed


SUBSCRIBE_FIELDS = ("email", "region", "region_key", "loesung", "neuigkeit", "handlungsfeld", "richtung", "haeufigkeit",
                    "organisation", "optionen")  # fmt: skip


def test_no_garbage_breaks_the_form_for_subscribing(full_catalogue, stranger, monkeypatch):
    monkeypatch.setattr("subscriptions.views.SUBSCRIBE_PER_HOUR", 10**6)
    before = rows()
    check(stranger, "/abo/", garbage_for(SUBSCRIBE_FIELDS))
    assert rows() == before


def test_a_good_address_with_garbage_beside_it_is_no_error_either(full_catalogue, stranger, monkeypatch):
    monkeypatch.setattr("subscriptions.views.SUBSCRIBE_PER_HOUR", 10**6)
    beside = garbage_for(SUBSCRIBE_FIELDS[1:])[len(GARBAGE) :]  # the mixed ones
    check(stranger, "/abo/", [{"email": f"x{n}@stadt.example"} | fields for n, fields in enumerate(beside)])


def test_a_mass_of_forms_from_one_network_is_stopped(full_catalogue, stranger):
    form = {"email": "neu@stadt.example"}
    states = [stranger.post("/abo/", form, REMOTE_ADDR="192.0.2.1").status_code for _ in range(22)]
    assert states == [302] * 20 + [429] * 2
    assert RequestCount.objects.count() == 1


def test_no_garbage_breaks_the_pages_behind_a_link(tokens, stranger):
    before = rows()[:3]
    check(stranger, tokens["manage"], garbage_for(("schritt", "abo", "haeufigkeit")))
    for step in ("entfernen", "bestaetigen", "haeufigkeit"):
        check(stranger, tokens["manage"], [{"schritt": step, "abo": value} for value in GARBAGE])
    check(stranger, tokens["confirm"], [{"auswahl": "1", "abo": value} for value in GARBAGE])
    assert rows()[:3] == before


def test_the_subscription_of_somebody_else_is_not_mine_to_change(tokens, full_catalogue, stranger):
    other = Subscriber.objects.create(email="andere@stadt.example")
    theirs = Subscription.objects.create(subscriber=other, kinds=["arrival"])
    for step in ("entfernen", "bestaetigen", "haeufigkeit"):
        answer = stranger.post(tokens["manage"], {"schritt": step, "abo": theirs.pk, "haeufigkeit": "weekly"})
        assert answer.status_code == 404
    stranger.post(tokens["confirm"], {"auswahl": "1", "abo": theirs.pk})
    theirs.refresh_from_db()
    assert (theirs.confirmed_at, theirs.frequency) == (None, "at_once")


@pytest.mark.parametrize("path", ["/konto/anmelden/", "/konto/passwort/", "/konto/registrieren/"])
def test_no_garbage_breaks_the_forms_of_accounts(path, full_catalogue, stranger):
    before = rows()[:2]
    check(stranger, path, garbage_for(("login", "password", "email", "remember", "next")))
    assert rows()[:2] == before


def check(client: Client, path: str, forms: list[dict[str, Any]]) -> None:
    wrong = []
    for fields in forms:
        begun = clocks()
        said = complaint(client.post(path, fields), elapsed(begun))
        if said:
            wrong.append((said, {name: str(value)[:40] for name, value in fields.items()}))
    assert wrong == []


@pytest.mark.parametrize("path", ["/abo/", "/konto/anmelden/", "/konto/passwort/"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"email":' * 2000),
        ("application/x-www-form-urlencoded", b"%00=%ED%A0%80&" * 500),
        ("application/x-www-form-urlencoded", b"a=1&" * 5000),
        ("application/x-www-form-urlencoded; charset=utf-7", b"email=+AAA-"),
        ("application/x-www-form-urlencoded; charset=gibtesnicht", b"email=x"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=" + "b" * 300, b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=email\r\n\r\nx"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="\0"; filename="../x"\r\n\r\n',
        ),
        ("", b"\xff\xfe"),
    ],
)
def test_a_body_that_is_no_form_is_refused(path, kind, body, db, stranger):
    before = rows()
    begun = clocks()
    answer = stranger.generic("POST", path, body, kind)
    said = complaint(answer, elapsed(begun))
    assert said == "" or (kind == "application/json" and said == "bare 400")  # no browser sends it
    assert rows() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_change_nothing(method, full_catalogue, stranger, tokens):
    before = rows()
    for path in ("/", "/loesungen/", "/loesungen/loesung-0/", "/regionen/07137/", "/abo/", *tokens.values()):
        assert getattr(stranger, method)(path).status_code == 405, path
    assert rows() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "x" * 5000}, {"Accept": "*/*;q=\0"}, {"If-None-Match": '"' * 2000}, {"If-Modified-Since": "gestern"},
        {"Accept-Language": "xx-" * 1000}, {"HX-Request": "\xff"}, {"HX-Current-URL": "javascript:alert(1)"},
        {"Cookie": "sitzung=" + "x" * 4000}, {"Cookie": "sitzung=\0; csrf='\""}, {"Cookie": ";;==;"},
        {"Range": "bytes=9-1,,"}, {"X-Forwarded-For": "'; --"}, {"Referer": "\x00"},
        {"X-HTTP-Method-Override": "DELETE"},
    ],
)  # fmt: skip
def test_odd_headers_are_no_error(headers, full_catalogue, stranger):
    for path in ("/", "/loesungen/?q=ort", "/abo/", "/api/v1/solutions/", "/konto/", "/gibt-es-nicht/"):
        begun = clocks()
        answer = stranger.get(path, headers=headers)
        assert complaint(answer, elapsed(begun)) == "", path
