"""What runs beside what: a file stays with one worker, all journeys share one demo, and the long ones begin first.

A `-p` plugin, because the run that hands out the work has to know as well. The order is ours alone: pytest-django
sorts by the use of the database, and that would leave the longest for the end.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

JOURNEYS = "tests/journeys/"
LONG_ONES = (
    JOURNEYS,
    "tests/subscriptions/test_crash.py",
    "tests/machine_room/test_supervisor.py",
    "tests/test_bad_input.py",
    "tests/machine_room/test_services.py",
    "tests/test_public_pages.py",
    "tests/test_demo_catalogue.py",
    "tests/members/test_regions_loading.py",
)


def group(nodeid: str) -> str:
    return "journeys" if nodeid.startswith(JOURNEYS) else nodeid.partition("::")[0]


def rank(nodeid: str) -> int:
    return next((n for n, part in enumerate(LONG_ONES) if nodeid.startswith(part)), len(LONG_ONES))


class OneWorkerAGroup(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Whatever --dist says."""
    config.option.loadscopereorder = False  # else the groups with the most tests begin
    return OneWorkerAGroup(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(JOURNEYS):
            item.add_marker(pytest.mark.journey)
    items.sort(key=lambda item: rank(item.nodeid))
