"""What a browser loads for a page, as a reader with an empty cache pays for it: bytes as they are sent."""

import gzip
import re
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

FONT = re.compile(r'url\("?([^")]+\.woff2)"?\)')


class Sent(bytes):
    """A body as it went over the line."""

    def text(self) -> str:
        plain = gzip.decompress(self) if self[:2] == b"\x1f\x8b" else self
        return bytes(plain).decode("utf-8", "replace")


class _Loaded(HTMLParser):
    """Everything that is loaded with a page; what waits to be clicked is not. `loading=lazy` counts: it may be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.stylesheets: list[str] = []
        self.blocking: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        rel = given.get("rel", "")
        if tag == "link" and rel in ("stylesheet", "icon", "preload"):
            self.found.append(given["href"])
            if rel == "stylesheet":
                self.stylesheets.append(given["href"])
                self.blocking.append(given["href"])
        elif tag in ("img", "script", "source") and given.get("src"):
            self.found.append(given["src"])
            if tag == "script" and "defer" not in given and "async" not in given:
                self.blocking.append(given["src"])
        elif tag in ("image", "use") and not given.get("href", "#").startswith("#"):
            self.found.append(given["href"])


class Visit:
    """Pages one after the other: what was loaded once is not loaded again."""

    def __init__(self, fetch: Callable[[str], Sent]) -> None:
        self.fetch = fetch
        self.seen: dict[str, int] = {}

    def page(self, path: str) -> tuple[int, int]:
        """Bytes of the HTML, and of everything that came with it."""
        html = self.fetch(path)
        new = self._new(loaded_by(html.text()).found, path)
        return len(html), len(html) + sum(new)

    def _new(self, addresses: list[str], base: str) -> list[int]:
        sizes = []
        for address in addresses:
            url = urldefrag(urljoin(base, address)).url
            if url in self.seen or url.startswith("data:"):
                continue
            sent = self.fetch(url)
            self.seen[url] = len(sent)
            sizes.append(len(sent))
            if url.partition("?")[0].endswith(".css"):
                sizes += self._new(FONT.findall(sent.text()), url)
        return sizes


def loaded_by(html: str) -> _Loaded:
    parser = _Loaded()
    parser.feed(html)
    return parser
