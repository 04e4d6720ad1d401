"""Many news in an order that one can read: by region, in it by kind, the newest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from members.models import Region
from subscriptions.models import Announcement
from subscriptions.news import NewsKind

EVERYWHERE = "Bundesweit"
RELATED = ("solution", "region", "exploration", "tender")


@dataclass
class Group:
    """The news of one region, or those that concern the whole country."""

    region: Region | None
    kinds: dict[str, list[Announcement]] = field(default_factory=dict)  # by the words of the kind

    @property
    def heading(self) -> str:
        return self.region.label if self.region else EVERYWHERE

    @property
    def count(self) -> int:
        return sum(len(news) for news in self.kinds.values())


def grouped(announcements: Iterable[Announcement]) -> list[Group]:
    """Of news given newest first: the group, the kind and the news that are newest stand on top."""
    groups: dict[int | None, Group] = {}
    for announcement in announcements:
        group = groups.setdefault(announcement.region_id, Group(announcement.region))
        group.kinds.setdefault(NewsKind(announcement.kind).label, []).append(announcement)
    return list(groups.values())
