"""Solutions, their transfers and the fields of action for machines; drafts and what lacks consent do not exist here."""

import json
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import http_date
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from catalogue.filters import SolutionFilter, TransferFilter
from catalogue.models import (
    FieldOfAction,
    PracticeReport,
    ReportedCoverage,
    ReusePath,
    Solution,
    SolutionContact,
    SolutionOrganisation,
    SolutionSource,
    Transfer,
)
from catalogue.models.transfers import CONFIRMED_FOR
from catalogue.public_rows import FoundKeys, row_of, rows_of
from members.open_data import NamedSerializer, OpenDataViewSet, PageAddress, nested, region_key

JSON = "application/json"
CONTACT = ("name", "organisation", "email", "phone", "url")
SOURCE = ("title", "url")
COVERAGE = ("n", "of", "unit", "as_of", "source")
PRACTICE = ("duration_months", "effort_days", "cost_from", "cost_to", "helped", "hurt", "contact", "released_at")
PATH = ("legal_route", "steps", "template_url", "cost", "contact")


class FieldOfActionSerializer(serializers.ModelSerializer):
    solution_count = serializers.IntegerField(help_text="Veröffentlichte Lösungen")
    url = PageAddress()

    class Meta:
        model = FieldOfAction
        fields = ("slug", "name", "description", "position", "solution_count", "url")


class FieldOfActionViewSet(OpenDataViewSet):
    """Die Handlungsfelder des Campus."""

    serializer_class = FieldOfActionSerializer
    queryset = FieldOfAction.objects.with_solution_counts().order_by("position", "slug")


class RoleSerializer(NamedSerializer):
    role = serializers.ChoiceField(choices=SolutionOrganisation.Role.choices)


class ContactSerializer(serializers.ModelSerializer):
    class Meta:
        model = SolutionContact
        fields = CONTACT


class SourceSerializer(serializers.ModelSerializer):
    class Meta:
        model = SolutionSource
        fields = SOURCE


class CoverageSerializer(serializers.ModelSerializer):
    class Meta:
        model = ReportedCoverage
        fields = COVERAGE


class ReusePathSerializer(serializers.ModelSerializer):
    region = serializers.CharField(help_text="Gilt in dieser Region und allem in ihr")

    class Meta:
        model = ReusePath
        fields = ("region", *PATH)


class SolutionSerializer(serializers.ModelSerializer):
    fields_of_action = NamedSerializer(source="fields_json", many=True)
    organisations = RoleSerializer(source="organisations_json", many=True)
    contacts = ContactSerializer(source="contacts_json", many=True)
    sources = SourceSerializer(source="sources_json", many=True)
    reported_coverages = CoverageSerializer(source="coverages_json", many=True)
    reuse_paths = ReusePathSerializer(source="paths_json", many=True)
    url = PageAddress()

    class Meta:
        model = Solution
        fields = (
            "slug", "title", "summary", "description", "benefits", "campus_stage", "development_status", "trl",
            "fields_of_action", "levels", "competent_level", "organisations", "licence", "licence_note",
            "source_url", "website_url", "documentation_url", "operating_models", "hosting", "data_location",
            "standards", "cpv_codes", "cost_note", "is_ai", "ai_risk", "accessibility_url", "reuse_paths",
            "contacts", "reported_coverages", "sources", "is_fictitious", "published_at", "changed_at", "url",
        )  # fmt: skip


class SolutionViewSet(OpenDataViewSet):
    """Veröffentlichte Lösungen mit allem, was auf ihrem Steckbrief steht. Wo sie genutzt werden: transfers."""

    serializer_class = SolutionSerializer
    filterset_class = SolutionFilter

    queryset = Solution.objects.published()

    def rows_for(self, asked: SolutionFilter) -> FoundKeys:
        return FoundKeys(asked, getattr(self.request, "portal_version", None))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The rows are JSON already, so only what stands around them is written here."""
        keys = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        frame = self.paginator.get_paginated_response([]).data
        head = json.dumps({name: value for name, value in frame.items() if name != "results"})
        rows = ", ".join(row.json for row in rows_of(keys))
        return HttpResponse(f'{head[:-1]}, "results": [{rows}]}}', content_type=JSON)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        self.filter_queryset(self.get_queryset())  # refuses what nobody knows
        row = row_of(kwargs["slug"])
        if row is None:
            raise Http404
        response = HttpResponse(row.json, content_type=JSON)
        if row.changed_at:
            response.headers["Last-Modified"] = http_date(row.changed_at.timestamp())
        return response


class TransferRegionSerializer(serializers.Serializer):
    key = serializers.CharField(source="address_key")
    label = serializers.CharField()
    kind = serializers.CharField()


class TransferSolutionSerializer(serializers.Serializer):
    slug = serializers.CharField()
    title = serializers.CharField()


class TakenOverFromSerializer(serializers.Serializer):
    """Who taught it, as far as that transfer is public itself."""

    region = serializers.CharField()
    organisation = serializers.CharField(allow_null=True)


class PracticeReportSerializer(serializers.ModelSerializer):
    """Ein veröffentlichter Praxisbericht; was niemand angab, ist null oder leer."""

    class Meta:
        model = PracticeReport
        fields = PRACTICE


class TransferSerializer(serializers.ModelSerializer):
    solution = TransferSolutionSerializer()
    region = TransferRegionSerializer()
    organisation = NamedSerializer(allow_null=True)
    scaling_partner = NamedSerializer(allow_null=True)
    taken_over_from = TakenOverFromSerializer(source="from_json", allow_null=True)
    confirmed_at = serializers.DateTimeField(
        allow_null=True, help_text="Letzte Bestätigung: mit Nachweis oder durch die Organisation selbst"
    )
    is_confirmation_due = serializers.BooleanField(
        help_text="Die letzte Bestätigung ist älter als ein Jahr und wurde nicht erneuert"
    )
    practice_reports = PracticeReportSerializer(source="practice_json", many=True)

    class Meta:
        model = Transfer
        fields = (
            "solution", "region", "organisation", "stage", "verification", "verified_at", "confirmed_at",
            "is_confirmation_due", "live_since", "live_since_precision", "ended_on", "taken_over_from",
            "scaling_partner", "scope", "source", "practice_reports", "changed_at",
        )  # fmt: skip


class TransferViewSet(ListModelMixin, GenericViewSet):
    """Wo Lösungen genutzt werden oder ankommen. Ein Transfer hat keine eigene Kennung: Lösung und Region sind sie."""

    serializer_class = TransferSerializer
    filterset_class = TransferFilter

    def get_queryset(self) -> QuerySet[Transfer]:
        teacher = Transfer.objects.public().filter(pk=OuterRef("from_transfer")).order_by()
        shown = JSONObject(region=region_key("region__key"), organisation=F("organisation__slug"))
        practice = PracticeReport.objects.filter(status=PracticeReport.Status.RELEASED).order_by("-released_at", "pk")
        return (
            Transfer.objects.public()
            .annotate(confirmed=Coalesce("verified_at", "declared_at"))
            .annotate(
                from_json=Subquery(teacher.values(_row=shown)),
                is_confirmation_due=Coalesce(Q(confirmed__lte=timezone.now() - CONFIRMED_FOR), False),
                practice_json=nested(practice.filter(transfer=OuterRef("pk")), **_columns(PRACTICE)),
            )
            .select_related("solution", "region", "organisation", "scaling_partner")
            .order_by("-changed_at", "-pk")
        )


def _columns(names: tuple[str, ...]) -> dict[str, Any]:
    return {name: F(name) for name in names}
