"""Fills in nothing: what a browser would send if a person changed nothing on the page."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, object] = {}
        self._select = self._text = ""
        self._several = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name"), given.get("value") or ""
        if tag == "input" and name and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self.found.setdefault(name, []).append(given.get("value") or "on")
        elif tag == "input" and name and given.get("type") not in ("submit", "button"):
            self.found[name] = value
        elif tag == "select" and name:
            self._select, self._several = name, "multiple" in given
            self.found[name] = [] if self._several else ""
        elif tag == "option" and self._select and "selected" in given:
            self.found[self._select] = [*self.found[self._select], value] if self._several else value
        elif tag == "textarea" and name:
            self._text, self.found[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self.found[self._text] = str(self.found[self._text]).removeprefix("\n")
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.found[self._text] = str(self.found[self._text]) + data


def text_of(answer) -> str:
    """The page's source with every run of white space as one blank, so that where a template breaks a line is free."""
    return " ".join(answer.content.decode().split())


def browser_fields(answer) -> dict[str, object]:
    """All fields of the page's forms with the values that they show."""
    parser = _Fields()
    parser.feed(answer.content.decode())
    return parser.found
