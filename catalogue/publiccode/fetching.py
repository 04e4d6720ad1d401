"""Fetches a publiccode.yml from an address that somebody typed: guarded, bounded, and polite to each host.

Every hop goes through `members.outbound.send`, so that a redirect or a name that changes its mind reaches nothing
inside our network either.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from members.outbound import Answer, Unreachable, send
from members.outbound.client import LONGEST_ANSWER

MOST_HOPS = 4
SECONDS = 10.0  # of each hop
PAUSE = 1.0  # between two requests to one host
MOVED = (301, 302, 303, 307, 308)
BUSY = (429, 500, 502, 503, 504)
FILE = "publiccode.yml"
_GITHUB = re.compile(r"https://github\.com/(?P<path>[^/]+/[^/]+?)(\.git)?/?")
_GITHUB_FILE = re.compile(r"https://github\.com/(?P<path>[^/]+/[^/]+)/(blob|raw)/(?P<rest>.+\.ya?ml)")
_GITLAB_FILE = re.compile(r"(?P<repo>https://.+)/-/blob/(?P<rest>.+\.ya?ml)")

Send = Callable[..., Answer]


@dataclass(frozen=True)
class Fetched:
    """`raw` is None where the file has not changed since `etag`."""

    raw: bytes | None
    etag: str = ""


@dataclass
class Fetcher:
    """One for a run: waits between two requests to one host, and leaves a host alone that is down or asks for rest."""

    send: Send = send
    pause: float = PAUSE
    wait: Callable[[float], None] = time.sleep
    seconds: float = SECONDS
    last: dict[str, float] = field(default_factory=dict)
    resting: set[str] = field(default_factory=set)

    def fetch(self, address: str, etag: str = "") -> Fetched:
        """The file at a raw address or of a repository. Raises AddressRefused or Unreachable, in German."""
        url = raw_address(address)
        headers = {"Accept": "application/yaml, text/plain;q=0.9, */*;q=0.1"}
        headers |= {"If-None-Match": etag} if etag else {}
        for _ in range(MOST_HOPS):
            answer = self._ask(url, headers)
            if answer.status not in MOVED:
                return _read(answer)
            url = urljoin(url, _header(answer, "Location"))
        raise Unreachable("Die Adresse leitet zu oft weiter.")

    def _ask(self, url: str, headers: dict[str, str]) -> Answer:
        host = urlsplit(url).hostname or ""
        if host in self.resting:
            raise Unreachable(f"{host} antwortet gerade nicht und wird in diesem Durchgang in Ruhe gelassen.")
        if host in self.last and (left := self.last[host] + self.pause - time.monotonic()) > 0:
            self.wait(left)
        try:
            answer = self.send(url, headers=headers, seconds=self.seconds)
        except Unreachable:
            self.resting.add(host)
            raise
        finally:
            self.last[host] = time.monotonic()
        if answer.status in BUSY:
            self.resting.add(host)
        return answer


def raw_address(address: str) -> str:
    """Where the file itself lies, when somebody gives the page of a repository or of the file."""
    if found := _GITHUB_FILE.fullmatch(address):
        return f"https://raw.githubusercontent.com/{found['path']}/{found['rest']}"
    if found := _GITLAB_FILE.fullmatch(address):
        return f"{found['repo']}/-/raw/{found['rest']}"
    if found := _GITHUB.fullmatch(address):
        return f"https://raw.githubusercontent.com/{found['path']}/HEAD/{FILE}"
    if urlsplit(address).path.endswith((".yml", ".yaml")):
        return address
    repository = address.rstrip("/").removesuffix(".git")
    host = urlsplit(address).hostname or ""
    return f"{repository}/raw/HEAD/{FILE}" if host == "codeberg.org" else f"{repository}/-/raw/HEAD/{FILE}"


def _read(answer: Answer) -> Fetched:
    if answer.status == 304:
        return Fetched(None)
    if answer.status != 200:
        raise Unreachable(f"Die Adresse antwortet mit {answer.status}.")
    if len(answer.body) >= LONGEST_ANSWER:
        raise Unreachable(f"Die Datei ist größer als {LONGEST_ANSWER // 1024} KB.")
    length = _header(answer, "Content-Length")
    if length.isdecimal() and int(length) != len(answer.body):
        raise Unreachable("Die Datei kam nicht vollständig an.")
    return Fetched(answer.body, _header(answer, "ETag")[:200])


def _header(answer: Answer, name: str) -> str:
    return next((value for key, value in answer.headers.items() if key.lower() == name.lower()), "")
