"""A newer vintage of the regions, and everything that stands on a region which ended: in one transaction.

The rooms know their own rows and this roof knows the rooms, so the composition stands here (docs/decisions).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from catalogue.actions.following import follow_regions as transfers_follow
from members.models import User
from members.regions.comparison import Comparison
from members.regions.following import follow_regions as organisations_follow
from members.regions.following import moves
from members.regions.loading import SuccessorMissingError, load_regions
from members.regions.table import RegionTable, Succession
from procurement.actions import follow_regions as explorations_follow
from subscriptions.actions.following import follow_regions as subscriptions_follow


@dataclass(frozen=True)
class Reform:
    """What a vintage changed: the regions themselves, and by kind how many rows followed."""

    regions: Comparison
    followed: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def load_vintage(
    *, table: RegionTable, successions: Mapping[str, Succession], by: User | None = None, dry_run: bool = False
) -> Reform:
    """All or nothing; twice is once. A dry run does it all and takes it back, so what it says is what will be.

    Raises SuccessorMissingError before anything is written; a dry run returns its comparison instead.
    """
    try:
        regions = load_regions(table=table, successions=successions)
    except SuccessorMissingError as missing:
        if not dry_run:
            raise
        return Reform(missing.comparison)
    places = moves()
    followed = organisations_follow(moves=places) | transfers_follow(moves=places, by=by)
    followed |= explorations_follow(moves=places) | subscriptions_follow(moves=places)
    transaction.set_rollback(dry_run)
    return Reform(regions, followed)
