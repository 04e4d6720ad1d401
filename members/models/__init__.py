"""Who and where: regions, organisations, people, and the mail to one known person."""

from members.models.delivery import DeliveryDecision, DeliveryGate
from members.models.dispatch import Dispatch, DispatchQuerySet
from members.models.invitations import Invitation
from members.models.limits import RequestCount
from members.models.mail import OutgoingMail
from members.models.organisations import CampusSite, Membership, Organisation, OrganisationUser
from members.models.people import User
from members.models.regions import Region, RegionKey
from members.models.version import PortalVersion, changes_pages

__all__ = [
    "CampusSite",
    "DeliveryDecision",
    "DeliveryGate",
    "Dispatch",
    "DispatchQuerySet",
    "Invitation",
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
