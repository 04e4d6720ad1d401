"""Files from the net: guarded on every hop, bounded, polite, and asked again each night."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalogue.actions import import_publiccode, is_night, refresh_publiccode
from catalogue.models import PubliccodeFile, SolutionRevision
from catalogue.publiccode.fetching import Fetcher, raw_address
from members.outbound import AddressRefused, Answer, Unreachable, send
from tests.publiccode.test_import import FILE

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


class Server:
    """Answers by path: (status, headers, body); a matching ETag gets 304."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                status, headers, body = outer.answers[self.path]
                outer.asked.append(self.path)
                if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = answer  # noqa: N815  # name of the standard library

            def log_message(self, *args) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()


@pytest.fixture
def web(settings) -> Iterator[Server]:
    settings.OUTBOUND_ALLOWS_LOOPBACK = True
    server = Server()
    yield server
    server.server.shutdown()
    server.server.server_close()


def serves(web: Server, text: str = FILE, etag: str = '"1"') -> str:
    web.answers["/publiccode.yml"] = (200, {"ETag": etag}, text.encode())
    return f"{web.url}/publiccode.yml"


def impatient() -> Fetcher:
    return Fetcher(pause=0)


@pytest.mark.parametrize(
    ("typed", "raw"),
    [
        ("https://github.com/a/b", "https://raw.githubusercontent.com/a/b/HEAD/publiccode.yml"),
        ("https://github.com/a/b.git", "https://raw.githubusercontent.com/a/b/HEAD/publiccode.yml"),
        (
            "https://github.com/a/b/blob/main/docs/publiccode.yaml",
            "https://raw.githubusercontent.com/a/b/main/docs/publiccode.yaml",
        ),
        ("https://gitlab.opencode.de/a/b/c/", "https://gitlab.opencode.de/a/b/c/-/raw/HEAD/publiccode.yml"),
        (
            "https://gitlab.opencode.de/a/b/-/blob/main/publiccode.yml",
            "https://gitlab.opencode.de/a/b/-/raw/main/publiccode.yml",
        ),
        ("https://codeberg.org/a/b", "https://codeberg.org/a/b/raw/HEAD/publiccode.yml"),
        ("https://x.example/publiccode.yml", "https://x.example/publiccode.yml"),
    ],
)
def test_the_page_of_a_repository_leads_to_its_file(typed, raw):
    assert raw_address(typed) == raw


def test_a_redirect_into_our_network_is_not_followed():
    def moved(url: str, **_) -> Answer:
        if "x.example" in url:
            return Answer(302, {"Location": "https://intern.example/publiccode.yml"}, b"")
        return send(url, resolve=lambda host, port: ["10.0.0.7"])

    with pytest.raises(AddressRefused, match="privates Netz"):
        Fetcher(send=moved).fetch("https://x.example/publiccode.yml")


@pytest.mark.parametrize("address", ["http://x.example/p.yml", "file:///etc/passwd.yml", "https://127.0.0.1/p.yml"])
def test_what_may_not_be_asked_is_refused(address):
    with pytest.raises(AddressRefused):
        Fetcher().fetch(address)


def test_a_circle_of_redirects_ends():
    with pytest.raises(Unreachable, match="zu oft"):
        Fetcher(send=lambda url, **_: Answer(301, {"location": "/p.yml"}, b""), pause=0).fetch(
            "https://x.example/p.yml"
        )


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(404, {}, b""), "404"),
        (Answer(200, {}, b"x" * 65536), "größer als 64 KB"),
        (Answer(200, {"Content-Length": "9"}, b"x"), "nicht vollständig"),
    ],
)
def test_what_is_no_whole_file_is_refused(answer, reason):
    with pytest.raises(Unreachable, match=reason):
        Fetcher(send=lambda url, **_: answer).fetch("https://x.example/p.yml")


def test_a_host_is_not_hurried_and_left_alone_when_it_is_down():
    waits: list[float] = []
    asked: list[str] = []

    def answers(url: str, **_) -> Answer:
        asked.append(url)
        return Answer(503 if len(asked) == 2 else 200, {}, b"a: b")

    fetcher = Fetcher(send=answers, wait=waits.append)
    fetcher.fetch("https://x.example/1.yml")
    with pytest.raises(Unreachable, match="503"):
        fetcher.fetch("https://x.example/2.yml")
    with pytest.raises(Unreachable, match="in Ruhe"):
        fetcher.fetch("https://x.example/3.yml")
    fetcher.fetch("https://y.example/4.yml")
    assert (len(waits), waits[0] > 0.5, len(asked)) == (1, True, 3)


@pytest.mark.django_db
def test_the_command_takes_an_address_of_the_net(web):
    out = StringIO()
    web.answers["/moved.yml"] = (302, {"Location": "/publiccode.yml"}, b"")
    serves(web)
    call_command("import_publiccode", f"{web.url}/moved.yml", stdout=out)
    assert out.getvalue().startswith(f"created   {web.url}/moved.yml | Terminbuch")
    assert PubliccodeFile.objects.get().etag == '"1"'


@pytest.mark.django_db
def test_the_command_says_why_an_address_was_refused():
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("import_publiccode", "https://[::1]/publiccode.yml", stdout=out)
    assert "privates Netz" in out.getvalue().splitlines()[0]


@pytest.mark.django_db
def test_each_night_a_changed_file_becomes_a_draft_and_an_unchanged_one_nothing(web):
    address = serves(web)
    import_publiccode(raw=FILE.encode(), address=address, by=None, etag='"1"')
    assert refresh_publiccode(now=NOW, fetcher=impatient()) == 1
    assert refresh_publiccode(now=NOW + timedelta(hours=1), fetcher=impatient()) == 0  # once a night
    serves(web, FILE.replace("stable", "beta"), '"2"')
    assert refresh_publiccode(now=NOW + timedelta(days=1), fetcher=impatient()) == 1
    assert (PubliccodeFile.objects.get().etag, len(web.asked)) == ('"2"', 2)
    assert SolutionRevision.objects.get().content["development_status"] == "beta"


@pytest.mark.django_db
def test_a_file_that_is_gone_or_broken_is_told_and_the_draft_stays(web):
    address = serves(web)
    import_publiccode(raw=FILE.encode(), address=address, by=None)
    web.answers["/publiccode.yml"] = (404, {}, b"")
    refresh_publiccode(now=NOW, fetcher=impatient())
    assert PubliccodeFile.objects.get().problem == "Die Adresse antwortet mit 404."
    serves(web, "name: a\nname: b\n")
    refresh_publiccode(now=NOW + timedelta(days=1), fetcher=impatient())
    file = PubliccodeFile.objects.get()
    assert (file.problem, file.raw) == ("Zeile 2: der Schlüssel name steht doppelt", FILE)
    serves(web, etag='"3"')
    refresh_publiccode(now=NOW + timedelta(days=2), fetcher=impatient())
    assert PubliccodeFile.objects.get().problem == ""


def test_night_is_between_one_and_five():
    assert [hour for hour in range(24) if is_night(datetime(2026, 1, 1, hour, tzinfo=UTC))] == [1, 2, 3, 4]
