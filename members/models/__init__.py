"""Who and where: regions, organisations, people, and the mail to one known person."""

from members.models.dispatch import Dispatch, DispatchQuerySet
from members.models.limits import RequestCount
from members.models.mail import OutgoingMail
from members.models.organisations import CampusSite, Membership, Organisation, OrganisationUser
from members.models.people import User
from members.models.regions import Region, RegionKey
from members.models.version import PortalVersion, changes_pages

__all__ = [
    "CampusSite",
    "Dispatch",
    "DispatchQuerySet",
    "Membership",
    "Organisation",
    "OrganisationUser",
    "OutgoingMail",
    "PortalVersion",
    "Region",
    "RegionKey",
    "RequestCount",
    "User",
    "changes_pages",
]
