"""The official parser's own test files: what it accepts is accepted, what it refuses is refused at the same key."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from catalogue.publiccode.validator import Report, look_in, validate

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "publiccode" / "parser-testdata"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the parser's test files are not there: {FOLDER}")

REASON = re.compile(
    r"_(missing|invalid|wrong_italian|wrong_type|empty|nil|too|unsupported_|absolute|file|bad|when|datetime|yaml11)_?.*"
)
KEYS = {  # where the name of a file does not begin with the key
    "unknown_field": {"foobar"},
    "file_encoding": {""},
    "invalid_yaml": {""},
    "it_wrong_case": {"It"},
    "it_IT_duplicated": {"it"},
    "it_countryExtensionVersion_invalid": {"IT_countryExtensionVersion"},
    "it_riuso_codiceIPA_invalid": {"IT_riuso_codiceIPA"},
    "supports_unknown_alias": {"supports_id"},
    "description_invalid_language": {"description"},
    "description_en_gb_invalid_bcp47": {"description"},
    "fundedBy_wrong_uri": {"fundedBy_uri"},
    "organisation_wrong_uri": {"organisation_uri"},
    # they have no `until` either
    "maintenance_contractors_when_type_is_community": {"maintenance_contractors", "maintenance_contractors_until"},
    "maintenance_contractors_when_type_is_internal": {"maintenance_contractors", "maintenance_contractors_until"},
    "maintenance_contractors_when_type_is_none": {"maintenance_contractors", "maintenance_contractors_until"},
    "mostly_empty": {
        "name", "url", "platforms", "developmentStatus", "softwareType", "legal_license", "maintenance_type",
        "description_en-US_shortDescription", "description_en-US_longDescription", "description_en-US_features",
        "localisation_localisationReady", "localisation_availableLanguages",
    },
}  # fmt: skip
KEYS_IN_DRAFT = KEYS | {
    "it_IT_duplicated": {"IT", "it"},
    "it_countryExtensionVersion_invalid": {"IT"},
    "it_riuso_codiceIPA_invalid": {"IT"},
    "landingURL_invalid": {"landingURL", "IT", "maintenance_contacts_phone"},  # with spaces: E.164 has none
    "landingURL_wrong_type": {"landingURL", "IT", "maintenance_contacts_phone"},
    "mostly_empty": KEYS["mostly_empty"] - {"description_en-US_features"},
    "description_en_features_missing": set(),  # the valid file of the draft has none either
}


def files(folder: str) -> list[Path]:
    return sorted(path for path in (FOLDER / folder).rglob("*.yml"))


def checked(path: Path, *, accepts_draft: bool = False) -> Report:
    missing = {"https://google.com/no_such_file.png": "ist nicht erreichbar"}  # what the network would answer
    return validate(path.read_bytes(), accepts_draft=accepts_draft, look=look_in(path.parent, missing.get))


def keys_of(report: Report) -> set[str]:
    plain = (re.sub(r"\[\d+\]", "", error.key).replace(".", "_") for error in report.errors)
    return set(plain)


def wrongly_judged(paths: Iterable[Path], expected: dict[str, set[str]], accepts_draft: bool) -> list[str]:
    wrong = []
    for path in paths:
        report = checked(path, accepts_draft=accepts_draft)
        right = expected.get(path.stem, {REASON.sub("", path.stem)})
        if keys_of(report) != right:
            wrong.append(f"{path.name}: {sorted(right)} expected, {[str(error) for error in report.errors]}")
    return wrong


def test_all_333_files_are_there():
    assert len(files("v0")) + len(files("v1")) == 333


def test_valid_files_are_accepted_without_a_hint():
    found = {path.name: [*map(str, checked(path).errors + checked(path).hints)] for path in files("v0/valid")}
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_valid_files_with_warnings_are_accepted_with_a_hint():
    found = {path.name: checked(path) for path in files("v0/valid_with_warnings")}
    assert {name: [*map(str, report.errors)] for name, report in found.items() if report.errors} == {}
    assert [name for name, report in found.items() if not report.hints] == []


def test_invalid_files_are_refused_at_the_key_that_is_wrong():
    assert wrongly_judged(files("v0/invalid"), KEYS, accepts_draft=False) == []


def test_version_1_is_refused_until_it_is_released():
    found = {path.name: keys_of(checked(path)) for path in files("v1")}
    assert {name: keys for name, keys in found.items() if keys != {"publiccodeYmlVersion"}} == {}


def test_the_draft_of_version_1_is_judged_when_asked_for():
    assert [str(error) for path in files("v1/valid") for error in checked(path, accepts_draft=True).errors] == []
    assert wrongly_judged(files("v1/invalid"), KEYS_IN_DRAFT, accepts_draft=True) == []


def test_every_error_names_its_line():
    without = [
        str(error)
        for path in files("v0/invalid")
        for error in checked(path).errors
        if not error.line and error.key != "publiccodeYmlVersion"
    ]
    assert without == []
