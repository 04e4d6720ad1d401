"""Markdown of descriptions to HTML. What may stand in it is decided here, whoever wrote it."""

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "code", "pre", "blockquote"}
PARSER = MarkdownIt("commonmark", {"html": False}).disable("image")


@lru_cache(maxsize=2000)
def rendered(text: str) -> SafeString:
    """Headings begin at h3, because the page has its own h1 and h2; images and raw HTML are not shown."""
    html = PARSER.render(text)
    for level in (4, 3, 2, 1):
        lower = min(level + 2, 4)
        html = html.replace(f"<h{level}>", f"<h{lower}>").replace(f"</h{level}>", f"</h{lower}>")
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return mark_safe(clean)  # noqa: S308  # cleaned by nh3 in the line above
