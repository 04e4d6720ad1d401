"""Solutions, their transfers and the fields of action for machines; drafts and what lacks consent do not exist here."""

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.viewsets import GenericViewSet

from catalogue.filters import SolutionFilter, TransferFilter
from catalogue.models import (
    FieldOfAction,
    ReportedCoverage,
    ReusePath,
    Solution,
    SolutionContact,
    SolutionOrganisation,
    SolutionSource,
    Transfer,
)
from members.open_data import NamedSerializer, OpenDataViewSet, PageAddress, nested, region_key

CONTACT = ("name", "organisation", "email", "phone", "url")
SOURCE = ("title", "url")
COVERAGE = ("n", "of", "unit", "as_of", "source")
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

    def get_queryset(self) -> QuerySet[Solution]:
        mine = {"solution": OuterRef("pk")}
        fields = FieldOfAction.objects.filter(solutions=OuterRef("pk"))
        return (
            Solution.objects.published()
            .annotate(
                fields_json=nested(fields, slug=F("slug"), name=F("name")),
                organisations_json=nested(
                    SolutionOrganisation.objects.filter(**mine),
                    slug=F("organisation__slug"), name=F("organisation__name"), role=F("role"),
                ),
                contacts_json=nested(SolutionContact.objects.filter(**mine), **_columns(CONTACT)),
                sources_json=nested(SolutionSource.objects.filter(**mine), **_columns(SOURCE)),
                coverages_json=nested(ReportedCoverage.objects.filter(**mine), **_columns(COVERAGE)),
                paths_json=nested(ReusePath.objects.filter(**mine), region=region_key("region__key"), **_columns(PATH)),
            )
            .order_by("slug")
        )  # fmt: skip


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


class TransferSerializer(serializers.ModelSerializer):
    solution = TransferSolutionSerializer()
    region = TransferRegionSerializer()
    organisation = NamedSerializer(allow_null=True)
    scaling_partner = NamedSerializer(allow_null=True)
    taken_over_from = TakenOverFromSerializer(source="from_json", allow_null=True)

    class Meta:
        model = Transfer
        fields = (
            "solution", "region", "organisation", "stage", "verification", "verified_at", "live_since",
            "live_since_precision", "ended_on", "taken_over_from", "scaling_partner", "scope", "source",
            "changed_at",
        )  # fmt: skip


class TransferViewSet(ListModelMixin, GenericViewSet):
    """Wo Lösungen genutzt werden oder ankommen. Ein Transfer hat keine eigene Kennung: Lösung und Region sind sie."""

    serializer_class = TransferSerializer
    filterset_class = TransferFilter

    def get_queryset(self) -> QuerySet[Transfer]:
        teacher = Transfer.objects.public().filter(pk=OuterRef("from_transfer")).order_by()
        shown = JSONObject(region=region_key("region__key"), organisation=F("organisation__slug"))
        return (
            Transfer.objects.public()
            .annotate(from_json=Subquery(teacher.values(_row=shown)))
            .select_related("solution", "region", "organisation", "scaling_partner")
            .order_by("-changed_at", "-pk")
        )


def _columns(names: tuple[str, ...]) -> dict[str, Any]:
    return {name: F(name) for name in names}
