"""The neighbours of a region: what "near" means to a subscription."""

from catalogue.nearness import distance
from members.models import Region

NEIGHBOURS = 8
ALONE = (Region.Kind.FEDERAL,)  # has no neighbours of its kind


def neighbour_ids(region: Region) -> list[int]:
    """The eight nearest regions of the same kind, nearest first; none where the region has no point."""
    if region.kind in ALONE or region.lat is None:
        return []
    peers = Region.objects.valid().canonical().filter(kind=region.kind).exclude(pk=region.pk).exclude(lat=None)
    return list(peers.annotate(km=distance(region)).order_by("km", "key").values_list("pk", flat=True)[:NEIGHBOURS])
