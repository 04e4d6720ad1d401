"""What a single value of publiccode.yml has to be. Each check returns what is wrong, in German, or nothing."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

TABLES = Path(__file__).parent / "tables"
Check = Callable[[str], str | None]


def table(name: str) -> frozenset[str]:
    lines = (TABLES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


LICENCES, EXCEPTIONS = table("licences"), table("licence_exceptions")
LANGUAGES, COUNTRIES = table("languages"), table("countries")
CATEGORIES, SCOPES = table("categories"), table("scopes")
ALIASES = frozenset(
    ["gdpr", "eidas", "nis2", "cra", "spid", "cie", "anpr", "pagopa", "io"]
)  # of `supports`, publiccode.yml 0.7
# hosts whose pages answer oEmbed, https://oembed.com/providers.json
VIDEO_HOSTS = (
    "youtube.com", "youtu.be", "youtube-nocookie.com", "vimeo.com", "dailymotion.com", "dai.ly", "ted.com",
    "loom.com", "wistia.com", "wi.st", "twitch.tv", "streamable.com", "screencast.com", "slideshare.net",
    "peertube.tv", "framatube.org", "media.ccc.de", "asciinema.org",
)  # fmt: skip
_LANGUAGE_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(-[a-z]{3}){0,3}(-[A-Z][a-z]{3}|-[a-z]{4})?(-[a-zA-Z]{2}|-[0-9]{3})?"
    r"(-[a-z0-9]{5,8}|-[0-9][a-z0-9]{3})*(-[a-wyz](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?",
    re.IGNORECASE,
)
_JOINED = re.compile(  # where characters may be fewer than code points: marks, joiners, flags, tones of skin, jamo
    "[\u0300-\u036f\u0483-\u0489\u0591-\u11ff\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\u3099\u309a"
    "\ufe00-\ufe0f\ufe20-\ufe2f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]"
)
_MIME = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}(;.*)?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s<>()\[\],;:\"\\]+@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", re.I)
# codes of Italian administrations (IPA): communes, regions, provinces and ministries by their form, the rest by name
_ITALIAN = re.compile(r"c_[a-z][0-9]{3}|[rpm]_[a-z0-9]{1,8}")
ITALIAN_BODIES = frozenset(["pcm", "agid", "inps", "inail", "istat", "aci", "consip", "anac", "mef", "mise", "garante"])


def one_of(choices: frozenset[str] | tuple[str, ...], what: str) -> Check:
    listed = f" ({', '.join(choices)})" if isinstance(choices, tuple) else ""
    return lambda text: None if text in choices else f"ist {what}{listed}"


def is_date(text: str) -> str | None:
    try:
        right = re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) and date.fromisoformat(text)
    except ValueError:
        right = None
    return None if right else "ist kein Datum der Form JJJJ-MM-TT"


def is_url(text: str) -> str | None:
    """Of a repository: any scheme, but with a host."""
    parts = _split(text)
    return None if parts and parts.scheme and parts.hostname else "ist keine Internetadresse"


def is_web_url(text: str) -> str | None:
    parts = _split(text)
    right = parts and parts.scheme in ("http", "https") and parts.hostname
    return None if right else "ist keine Internetadresse mit http:// oder https://"


def is_video(text: str) -> str | None:
    if wrong := is_web_url(text):
        return wrong
    host = (urlsplit(text).hostname or "").removeprefix("www.")
    known = any(host == name or host.endswith(f".{name}") for name in VIDEO_HOSTS)
    return None if known else "ist kein Video, das sich einbetten lässt (oEmbed)"


def is_uri(text: str) -> str | None:
    parts = _split(text)
    if not parts or not re.fullmatch(r"[a-z][a-z0-9+.-]+", parts.scheme) or not (parts.netloc or parts.path):
        return "ist keine URI"
    if text.lower().startswith("urn:") and not re.fullmatch(r"urn:[a-z0-9][a-z0-9-]{1,31}:.+", text, re.IGNORECASE):
        return "ist keine URI"
    return None if text.lower().startswith("urn:") or parts.netloc else "ist keine URI"


def is_organisation(text: str) -> str | None:
    code = re.sub(r"(?i)^urn:x-italian-pa:", "", text)
    return is_italian_body(code) if code != text else is_uri(text)


def is_italian_body(text: str) -> str | None:
    known = text in ITALIAN_BODIES or _ITALIAN.fullmatch(text)
    return None if known else "ist kein bekannter Code einer italienischen Behörde (IPA)"


def is_supported(text: str) -> str | None:
    if text.startswith("alias:"):
        return None if text.removeprefix("alias:") in ALIASES else "ist kein bekannter Kurzname"
    return is_uri(text)


def is_language(text: str) -> str | None:
    tag = _LANGUAGE_TAG.fullmatch(text) if len(text) <= 100 else None
    right = tag and tag["language"].lower() in LANGUAGES
    return None if right else "ist kein Sprachkürzel nach BCP 47"


def is_country(text: str) -> str | None:
    """Lower case is accepted until version 1; mixed case never was."""
    right = text.upper() in COUNTRIES and text in (text.upper(), text.lower())
    return None if right else "ist kein Länderkürzel nach ISO 3166-1"


def is_upper_country(text: str) -> str | None:
    return None if text in COUNTRIES else "ist kein Länderkürzel nach ISO 3166-1 in Großbuchstaben"


def is_email(text: str) -> str | None:
    return None if len(text) <= 254 and _EMAIL.fullmatch(text) else "ist keine E-Mail-Adresse"


def is_mime_type(text: str) -> str | None:
    return None if _MIME.fullmatch(text) else "ist kein MIME-Typ"


def is_phone(text: str) -> str | None:
    return None if re.fullmatch(r"\+[1-9][0-9]{1,14}", text) else "ist keine Telefonnummer der Form +49… (E.164)"


def is_licence(text: str) -> str | None:
    """An SPDX expression: ids joined by AND and OR, WITH an exception, brackets. Refused when it is too long."""
    wrong = "ist keine Lizenz nach SPDX"
    words = re.findall(r"[()]|[^\s()]+", text)
    if not words or len(words) > 100:
        return wrong
    return None if _end_of_expression(words, 0, 0) == len(words) else wrong


def _end_of_expression(words: list[str], at: int, depth: int) -> int:
    """Where the expression that begins at `at` ends; -1 when it is none."""
    while True:
        at = _end_of_term(words, at, depth)
        if at < 0 or at >= len(words) or words[at] not in ("AND", "OR", "and", "or"):
            return at
        at += 1


def _end_of_term(words: list[str], at: int, depth: int) -> int:
    if at >= len(words) or depth > 10:
        return -1
    if words[at] == "(":
        end = _end_of_expression(words, at + 1, depth + 1)
        return end + 1 if 0 <= end < len(words) and words[end] == ")" else -1
    if not is_licence_id(words[at]):
        return -1
    if at + 1 < len(words) and words[at + 1] in ("WITH", "with"):
        return at + 3 if at + 2 < len(words) and words[at + 2] in EXCEPTIONS else -1
    return at + 1


def is_licence_id(word: str) -> bool:
    """`+` means "or later"; a licence of one's own is LicenseRef-…"""
    own = re.fullmatch(r"(DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+", word)
    return word.removesuffix("+") in LICENCES or own is not None


def length(text: str) -> int:
    """Characters as people see them: marks, joiners and parts of an emoji or of a Korean syllable do not count."""
    if text.isascii() or not _JOINED.search(text):
        return len(text)
    joined = re.sub("\u200d.", "", text)
    unseen = "\ufe0e\ufe0f\u200c\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
    seen = [char for char in joined if not unicodedata.combining(char) and char not in unseen]
    jamo = sum("\u1160" <= char <= "\u11ff" for char in seen)
    flags = sum("\U0001f1e6" <= char <= "\U0001f1ff" for char in seen)
    return len(seen) - jamo - flags // 2


def _split(text: str) -> SplitResult | None:
    try:
        return urlsplit(text) if text and not re.search(r"[\s\x00-\x1f<>\"]", text) else None
    except ValueError:
        return None
