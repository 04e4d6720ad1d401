"""Strictness and the cast: the same people in every test."""

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache

from members.models import Region, User


@pytest.fixture(autouse=True)
def _fresh_page_cache():
    """Versions repeat when a test rolls back, so a cached page of one test must not answer another."""
    cache.clear()


def _person(email: str, role: str = "", **fields) -> User:
    user = User.objects.create_user(email, "ein langes Passwort 1", **fields)
    if role:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


@pytest.fixture
def editor(db) -> User:
    return _person("redaktion@campus.example", User.REDAKTION, is_staff=True, name="Rita Redaktion")


@pytest.fixture
def approver(db) -> User:
    return _person("freigabe@campus.example", User.FREIGABE, is_staff=True, name="Frida Freigabe")


@pytest.fixture
def procurement_officer(db) -> User:
    return _person("vergabe@campus.example", User.VERGABE, is_staff=True, name="Vera Vergabe")


@pytest.fixture
def lead(db) -> User:
    return _person("leitung@campus.example", User.LEITUNG, is_staff=True, name="Lena Leitung")


@pytest.fixture
def outsider(db) -> User:
    """A person with an account and no rights here."""
    return _person("fremd@anderswo.example", name="Fritz Fremd")


@pytest.fixture
def regions(db) -> dict[str, Region]:
    """A small country: the regions that the tests speak of, by key (true names and numbers)."""
    rows = [
        ("", "federal", "Deutschland", 83577140, None),
        ("07", "state", "Rheinland-Pfalz", 4129569, None),
        ("07137", "district", "Landkreis Mayen-Koblenz", 217290, None),
        ("071375002", "association", "Verbandsgemeinde Maifeld", 24000, None),
        ("071375002086", "municipality", "Polch", 7000, None),
        ("07111", "district", "Koblenz", 115000, None),
        ("071110000", "association", "Koblenz", 115000, "07111"),
        ("071110000000", "municipality", "Koblenz", 115000, "07111"),
        ("02", "state", "Hamburg", 1900000, None),
        ("02000", "district", "Hamburg", 1900000, "02"),
        ("020000000000", "municipality", "Hamburg", 1900000, "02"),
    ]
    made: dict[str, Region] = {}
    for key, kind, label, population, canonical in rows:
        made[key] = Region.objects.create(
            key=key, kind=kind, name=label, label=label, population=population, sort_key=label.lower(),
            search_text=label.lower(), lon=7.4, lat=50.3, ags=key[:5] + key[9:] if len(key) == 12 else "",
            canonical=made.get(canonical) if canonical else None,
        )  # fmt: skip
    return made
