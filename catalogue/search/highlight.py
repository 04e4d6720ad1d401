"""Marking what was found, also inside a compound: "Bau<mark>antrag</mark>sverfahren"."""

import re
from collections.abc import Iterable, Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from catalogue.models import Solution
from catalogue.search.analyze import Form, Token, tokens_of
from catalogue.search.query import Found, Phrase
from catalogue.search.texts import prose_of

Span = tuple[int, int]  # letters of a text, the end not included

EXCERPT = 180  # letters
SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s)[^.!?\n]*)*[.!?]?")


def highlight(text: str, found: Found) -> SafeString:
    """The text as HTML, everything escaped but our own <mark>."""
    pieces, place = [], 0
    for start, end in _joined(_spans(text, found)):
        pieces += [escape(text[place:start]), "<mark>", escape(text[start:end]), "</mark>"]
        place = end
    return mark_safe("".join([*pieces, escape(text[place:])]))  # noqa: S308 - escaped piece by piece


def excerpt(solution: Solution, found: Found) -> SafeString:
    """The sentence of the description that says most of what was asked; empty when title and sentence say it all."""
    asked = _said(f"{solution.title}\n{solution.summary}", found)
    best, most = "", 0
    for text in prose_of(solution):
        for sentence in SENTENCE.findall(text):
            new = len(_said(sentence, found) - asked)
            if new > most:
                best, most = sentence.strip(), new
    return highlight(_shortened(best, found), found) if best else SafeString("")


def _said(text: str, found: Found) -> set[int]:
    """Which of the things asked for (by number) the text says."""
    said = {phrase for phrase, _ in _hits(text, found)}
    return {number for number, wanted in enumerate(found.wanted) if said & wanted.all_phrases}


def _shortened(sentence: str, found: Found) -> str:
    if len(sentence) <= EXCERPT:
        return sentence
    first = min((start for start, _ in _spans(sentence, found)), default=0)
    begin = max(0, min(first - EXCERPT // 3, len(sentence) - EXCERPT))
    cut = sentence[begin : begin + EXCERPT]
    cut = cut[cut.find(" ") + 1 :] if begin else cut
    cut = cut[: cut.rfind(" ")] if begin + EXCERPT < len(sentence) else cut
    return f"{'… ' if begin else ''}{cut}{' …' if begin + EXCERPT < len(sentence) else ''}"


def _spans(text: str, found: Found) -> list[Span]:
    return sorted(span for _, spans in _hits(text, found) for span in spans)


def _hits(text: str, found: Found) -> Iterator[tuple[Phrase, list[Span]]]:
    """Each phrase of the question where it stands in the text, with the letters to mark."""
    tokens = list(tokens_of(text))
    by_begin: dict[str, list[Phrase]] = {}
    for phrase in found.phrases:
        by_begin.setdefault(phrase[0], []).append(phrase)
    for number, token in enumerate(tokens):
        for form in token.forms:
            for phrase in by_begin.get(form.lexeme, ()):
                rest = _following(tokens, number, phrase[1:])
                if rest is not None:
                    yield phrase, [_span(token, form), *rest]
            if form.lexeme.startswith(found.beginnings or ("\0",)):
                yield (form.lexeme,), [_span(token, form)]


def _following(tokens: list[Token], number: int, phrase: Phrase) -> list[Span] | None:
    """The letters of the further words of a phrase, when they stand there one after the other."""
    spans, position = [], tokens[number].position
    for lexeme in phrase:
        position += 1
        span = next((span for form, span in _forms_at(tokens[number + 1 :], position) if form.lexeme == lexeme), None)
        if span is None:
            return None
        spans.append(span)
    return spans


def _span(token: Token, form: Form) -> Span:
    return token.start + form.start, token.start + form.end


def _forms_at(tokens: Iterable[Token], position: int) -> Iterator[tuple[Form, Span]]:
    for token in tokens:
        if token.position > position:
            return
        if token.position == position:
            yield from ((form, _span(token, form)) for form in token.forms)


def _joined(spans: list[Span]) -> Iterator[Span]:
    """Spans that overlap or touch as one."""
    last: Span | None = None
    for start, end in spans:
        if last and start <= last[1]:
            last = (last[0], max(last[1], end))
            continue
        if last:
            yield last
        last = (start, end)
    if last:
        yield last
