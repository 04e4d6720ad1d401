"""The keys of publiccode.yml 0.7 and of the release candidate of 1.0, as tables.

Source: https://yml.publiccode.tools and the behaviour of the official parser (italia/publiccode-parser-go).
"""

from collections.abc import Iterator

from catalogue.publiccode.checks import (
    CATEGORIES,
    SCOPES,
    is_country,
    is_date,
    is_email,
    is_italian_body,
    is_language,
    is_licence,
    is_mime_type,
    is_organisation,
    is_phone,
    is_supported,
    is_upper_country,
    is_url,
    is_video,
    is_web_url,
    one_of,
)
from catalogue.publiccode.reading import Mapping, Scalar
from catalogue.publiccode.rules import Finding, Flag, Many, PerLanguage, Record, Rule, Text, is_nothing

VERSIONS = ("0", "0.2", "0.2.0", "0.2.1", "0.2.2", "0.3", "0.3.0", "0.4", "0.4.0", "0.5", "0.5.0", "0.7", "0.7.0")
CURRENT_VERSIONS = ("0", "0.7", "0.7.0")
DRAFT_VERSIONS = ("1",)
STATUSES = ("concept", "development", "beta", "stable", "obsolete")
SOFTWARE_TYPES = (
    "standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web", "standalone/backend",
    "standalone/other", "addon", "library", "configurationFiles",
)  # fmt: skip
MAINTENANCE = ("internal", "contract", "community", "none")

TEXT, WEB = Text(), Text(check=is_web_url)
LICENCE = Text(required=True, check=is_licence)
DATE = Text(check=is_date, may_be_empty=False)
LANGUAGE = Text(check=is_language, may_be_empty=False)


def _lower_case(text: str) -> str | None:
    return f"ist veraltet in Kleinbuchstaben, besser {text.upper()}" if text == text.lower() else None


def _who_maintains(node: Mapping, key: str) -> Iterator[Finding]:
    """Contractors belong to a contract and to nothing else; somebody has to be reachable."""
    kind = node.entries.get("type")
    chosen = kind.text if isinstance(kind, Scalar) else ""
    named = {name for name, value in node.entries.items() if not is_nothing(value)}
    line = node.lines.get("type", node.line)
    if chosen == "contract" and "contractors" not in named:
        yield Finding(f"{key}.contractors", line, "fehlt, weil type „contract“ ist")
    if chosen in ("community", "internal") and "contacts" not in named:
        yield Finding(f"{key}.contacts", line, f"fehlt, weil type „{chosen}“ ist")
    if chosen and chosen != "contract" and "contractors" in named:
        yield Finding(f"{key}.contractors", node.lines["contractors"], "gehört nur zu type „contract“")


def _one_italian_section(node: Mapping, key: str) -> Iterator[Finding]:
    if "IT" in node.entries and "it" in node.entries:
        yield Finding("it", node.lines["it"], "steht neben IT doppelt")


def _organisation() -> Record:
    return Record(keys={"name": TEXT, "uri": Text(required=True, check=is_organisation)})


def _dependencies() -> Many:
    version: dict[str, Rule] = {"versionMin": TEXT, "versionMax": TEXT, "version": TEXT, "optional": Flag()}
    return Many(of=Record(keys={"name": Text(required=True), **version}))


def _description() -> dict[str, Rule]:
    return {
        "localisedName": TEXT,
        "genericName": Text(longest=35, deprecated=True),
        "shortDescription": Text(required=True, longest=150),
        "longDescription": Text(required=True, shortest=150, longest=10_000),
        "documentation": WEB,
        "apiDocumentation": WEB,
        "features": Many(of=TEXT, required=True, at_least_one=True),
        "screenshots": Many(of=TEXT),
        "videos": Many(of=Text(check=is_video)),
        "awards": Many(of=TEXT),
    }


def _maintenance(phone: Text) -> Record:
    contractor = {
        "name": Text(required=True), "email": Text(check=is_email), "website": WEB,
        "until": Text(required=True, check=is_date),
    }  # fmt: skip
    contact = {"name": Text(required=True), "email": Text(check=is_email), "affiliation": TEXT, "phone": phone}
    return Record(
        required=True,
        keys={
            "type": Text(required=True, check=one_of(MAINTENANCE, "keine Art der Pflege")),
            "contractors": Many(of=Record(keys=contractor)),
            "contacts": Many(of=Record(keys=contact)),
        },
        also=_who_maintains,
    )


def _italian(*, deprecated: bool = False) -> Record:
    platforms = {name: Flag() for name in ("spid", "pagopa", "cie", "anpr", "io")}
    conforming = ("lineeGuidaDesign", "modelloInteroperabilita", "misureMinimeSicurezza", "gdpr")
    return Record(
        deprecated=deprecated,
        keys={
            "countryExtensionVersion": Text(check=one_of(("0.2", "1.0"), "keine Fassung dieses Abschnitts")),
            "conforme": Record(keys={name: Flag() for name in conforming}, deprecated=True),
            "riuso": Record(keys={"codiceIPA": Text(check=is_italian_body, deprecated=True)}),
            "piattaforme": Record(keys=platforms),
        },
    )


_KEYS: dict[str, Rule] = {
    "publiccodeYmlVersion": Text(required=True),
    "name": Text(required=True),
    "applicationSuite": TEXT,
    "url": Text(required=True, check=is_url),
    "landingURL": WEB,
    "isBasedOn": Many(of=Text(check=is_url), or_one=True),
    "softwareVersion": TEXT,
    "releaseDate": DATE,
    "logo": TEXT,
    "monochromeLogo": Text(deprecated=True),
    "organisation": _organisation(),
    "inputTypes": Many(of=Text(check=is_mime_type), deprecated=True),
    "outputTypes": Many(of=Text(check=is_mime_type), deprecated=True),
    "platforms": Many(of=TEXT, required=True, at_least_one=True),
    "categories": Many(of=Text(check=one_of(CATEGORIES, "keine Kategorie von publiccode.yml"), may_be_empty=False)),
    "usedBy": Many(of=TEXT),
    "fundedBy": Many(of=_organisation()),
    "roadmap": WEB,
    "developmentStatus": Text(required=True, check=one_of(STATUSES, "kein Entwicklungsstand")),
    "softwareType": Text(required=True, check=one_of(SOFTWARE_TYPES, "keine Art von Software")),
    "supports": Many(of=Record(keys={"id": Text(required=True, check=is_supported)})),
    "intendedAudience": Record(
        keys={
            "scope": Many(of=Text(check=one_of(SCOPES, "kein Bereich von publiccode.yml"))),
            "countries": Many(of=Text(check=is_country, hint=_lower_case)),
            "unsupportedCountries": Many(of=Text(check=is_country, hint=_lower_case)),
        }
    ),
    "description": PerLanguage(of=Record(keys=_description())),
    "legal": Record(
        required=True,
        keys={
            "license": LICENCE,
            "mainCopyrightOwner": TEXT,
            "repoOwner": Text(deprecated=True),
            "authorsFile": Text(deprecated=True),
        },
    ),
    "maintenance": _maintenance(phone=TEXT),
    "localisation": Record(
        required=True,
        keys={
            "localisationReady": Flag(required=True),
            "availableLanguages": Many(of=LANGUAGE, required=True, at_least_one=True),
        },
    ),
    "dependsOn": Record(keys={name: _dependencies() for name in ("open", "proprietary", "hardware")}),
    "IT": _italian(),
    "it": _italian(deprecated=True),
}


def _without(keys: dict[str, Rule], *names: str) -> dict[str, Rule]:
    return {name: rule for name, rule in keys.items() if name not in names}


def _draft_keys() -> dict[str, Rule]:
    """What the release candidate of 1.0 takes away or makes stricter."""
    country = Many(of=Text(check=is_upper_country))
    scope = Many(of=Text(check=one_of(SCOPES - {"government"}, "kein Bereich von publiccode.yml 1")))
    description = _without(_description(), "genericName") | {"features": Many(of=TEXT, at_least_one=True)}
    return _without(_KEYS, "monochromeLogo", "inputTypes", "outputTypes", "IT", "it") | {
        "intendedAudience": Record(keys={"scope": scope, "countries": country, "unsupportedCountries": country}),
        "description": PerLanguage(of=Record(keys=description)),
        "legal": Record(required=True, keys={"license": LICENCE, "mainCopyrightOwner": TEXT}),
        "maintenance": _maintenance(phone=Text(check=is_phone)),
    }


V0 = Record(keys=_KEYS, also=_one_italian_section)
V1 = Record(keys=_draft_keys())
