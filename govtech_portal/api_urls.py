"""Addresses of the API. What machines harvest stays the same; an unknown address answers as the API does."""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from catalogue.api import FieldOfActionViewSet, SolutionViewSet, TransferViewSet
from govtech_portal import api, api_schema
from members.api import OrganisationViewSet, RegionViewSet
from procurement.api import ExplorationViewSet, TenderViewSet

router = SimpleRouter()
router.register("solutions", SolutionViewSet, basename="api_solution")
router.register("transfers", TransferViewSet, basename="api_transfer")
router.register("organisations", OrganisationViewSet, basename="api_organisation")
router.register("regions", RegionViewSet, basename="api_region")
router.register("market-explorations", ExplorationViewSet, basename="api_exploration")
router.register("tenders", TenderViewSet, basename="api_tender")
router.register("fields-of-action", FieldOfActionViewSet, basename="api_field")

urlpatterns = [
    path("", api.ApiRoot.as_view(), name="api_root"),
    path("schema/", api_schema.Schema.as_view(), name="api_schema"),
    path("docs/", api_schema.docs, name="api_docs"),
    *router.urls,
    re_path(r"^(?:.*/)?$", api.UnknownAddress.as_view(), name="api_unknown"),
]
