"""Organisations and regions for machines. Keys are the official ones; the Bund's empty key is `de`, as in addresses."""

from django.db.models import F, OuterRef, QuerySet
from django.http import Http404
from rest_framework import serializers

from members.filters import CATEGORY_NOW, OrganisationFilter, RegionFilter
from members.models import Membership, Organisation, Region
from members.open_data import OpenDataViewSet, PageAddress, nested

AGS_LENGTH = 8


class MembershipSerializer(serializers.Serializer):
    category = serializers.ChoiceField(choices=Membership.Category.choices)
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)


class OrganisationSerializer(serializers.ModelSerializer):
    region = serializers.CharField(
        source="region.address_key", allow_null=True, default=None, help_text="Amtlicher Regionalschlüssel"
    )
    memberships = MembershipSerializer(source="memberships_json", many=True)
    url = PageAddress()

    class Meta:
        model = Organisation
        fields = (
            "slug", "name", "short_name", "kind", "region", "description", "website_url", "is_scaling_partner",
            "memberships", "is_fictitious", "source", "url",
        )  # fmt: skip


class OrganisationViewSet(OpenDataViewSet):
    """Mitglieder des Campus und alle anderen, die anbieten, nutzen oder beschaffen."""

    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter

    def get_queryset(self) -> QuerySet[Organisation]:
        memberships = Membership.objects.filter(organisation=OuterRef("pk")).order_by("-since", "pk")
        shown = nested(memberships, category=F("category"), since=F("since"), until=F("until"))
        rows = Organisation.objects.annotate(category=CATEGORY_NOW, memberships_json=shown)
        return rows.select_related("region").order_by("slug")


class RegionSerializer(serializers.ModelSerializer):
    key = serializers.CharField(source="address_key", help_text="Regionalschlüssel (ARS) als Präfix; Bund: de")
    counts_as = serializers.CharField(
        source="counted.address_key",
        help_text="Schlüssel der Zeile, auf der Tatsachen über diesen Ort stehen: dieselbe oder eine höhere.",
    )
    url = PageAddress()

    class Meta:
        model = Region
        fields = (
            "key", "ags", "kind", "form", "name", "label", "population", "area_ha", "lon", "lat", "seat", "postcode",
            "counts_as", "url",
        )  # fmt: skip


class RegionViewSet(OpenDataViewSet):
    """Alle gültigen Regionen Deutschlands vom Bund bis zur Gemeinde. Quelle: © Statistisches Bundesamt (Destatis)."""

    serializer_class = RegionSerializer
    filterset_class = RegionFilter
    lookup_field = "key"
    lookup_value_regex = "de|[0-9]{2,12}"

    def get_queryset(self) -> QuerySet[Region]:
        return Region.objects.valid().select_related("canonical").order_by("key")

    def get_object(self) -> Region:
        """By the key, or by the eight digits of the AGS, which is no key's length."""
        key = self.kwargs["key"].replace("de", "")
        name = "ags" if len(key) == AGS_LENGTH else "key"
        region = self.filter_queryset(self.get_queryset()).filter(**{name: key}).first()
        if region is None:
            raise Http404("Diese Region gibt es nicht.")
        return region
