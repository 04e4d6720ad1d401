import pytest
from django.db import transaction

from members.regions.loading import load_regions
from members.regions.table import read_successors, read_table


@pytest.fixture(scope="module")
def country(django_db_setup, django_db_blocker):
    """All regions of Germany, loaded once for the tests of a module; the tests run inside its transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_regions(table=read_table(), successions=read_successors())
        yield
        transaction.set_rollback(True)
