"""Market explorations and tenders for machines; what is not published yet does not exist here."""

from django.db.models import Case, F, OuterRef, QuerySet, TextField, Value, When
from django.utils import timezone
from rest_framework import serializers

from catalogue.models import FieldOfAction, Solution
from members.models import Organisation
from members.open_data import NamedSerializer, OpenDataViewSet, PageAddress, nested
from procurement.filters import ExplorationFilter, TenderFilter
from procurement.models import Clarification, MarketExploration, Tender

State = MarketExploration.State
NAME = {"slug": F("slug"), "name": F("name")}
ANSWER = {"question": F("question"), "answer": F("answer"), "published_at": F("published_at")}
TITLE = {"slug": F("slug"), "title": F("title")}
PUBLIC_STATES = [choice for choice in State.choices if choice[0] not in (State.DRAFT, State.IN_REVIEW)]


class TitledSerializer(serializers.Serializer):
    slug = serializers.CharField()
    title = serializers.CharField()


class ClarificationSerializer(serializers.Serializer):
    """A question and the answer that holds for all; who asked is not told."""

    question = serializers.CharField()
    answer = serializers.CharField(help_text="Markdown")
    published_at = serializers.DateTimeField()


class ExplorationSerializer(serializers.ModelSerializer):
    state = serializers.ChoiceField(choices=PUBLIC_STATES)
    buyer = NamedSerializer()
    joint_buyers = NamedSerializer(source="joint_buyers_json", many=True)
    fields_of_action = NamedSerializer(source="fields_json", many=True)
    region = serializers.CharField(source="region.address_key", allow_null=True, default=None)
    result_summary = serializers.CharField(source="result_shown", help_text="Leer, solange nicht veröffentlicht")
    solutions = TitledSerializer(source="solutions_json", many=True)
    tenders = TitledSerializer(source="tenders_json", many=True)
    clarifications = ClarificationSerializer(source="clarifications_json", many=True)
    url = PageAddress()

    class Meta:
        model = MarketExploration
        fields = (
            "slug", "title", "summary", "need", "state", "buyer", "joint_buyers", "fields_of_action", "region",
            "legal_basis", "cpv_main", "cpv_further", "opened_at", "questions_due_at", "responses_due_at",
            "result_published_at", "result_summary", "concluded_without_tender_at", "withdrawn_at",
            "withdrawn_reason", "contact", "solutions", "tenders", "clarifications", "source", "is_fictitious",
            "changed_at", "url",
        )  # fmt: skip


class ExplorationViewSet(OpenDataViewSet):
    """Markterkundungen ab ihrer Veröffentlichung. Der Stand folgt aus den Daten."""

    serializer_class = ExplorationSerializer
    filterset_class = ExplorationFilter

    def get_queryset(self) -> QuerySet[MarketExploration]:
        shown = Case(When(state=State.EVALUATED, then=F("result_summary")), default=Value(""), output_field=TextField())
        related = {"explorations": OuterRef("pk")}
        now = timezone.now()
        answered = Clarification.objects.published_at(now).filter(exploration=OuterRef("pk"))
        return (
            MarketExploration.objects.with_state_at(now)
            .annotate(
                result_shown=shown,
                joint_buyers_json=nested(Organisation.objects.filter(joint_explorations=OuterRef("pk")), **NAME),
                fields_json=nested(FieldOfAction.objects.filter(**related), **NAME),
                solutions_json=nested(Solution.objects.published().filter(**related), **TITLE),
                tenders_json=nested(Tender.objects.announced().filter(**related), **TITLE),
                clarifications_json=nested(answered, **ANSWER),
            )
            .select_related("buyer", "region")
            .order_by("-opened_at", "-pk")
        )


class TenderSerializer(serializers.ModelSerializer):
    buyer = NamedSerializer()
    fields_of_action = NamedSerializer(source="fields_json", many=True)
    market_explorations = TitledSerializer(source="explorations_json", many=True)
    solutions = TitledSerializer(source="solutions_json", many=True)
    url = PageAddress()

    class Meta:
        model = Tender
        fields = (
            "slug", "title", "summary", "status", "buyer", "fields_of_action", "procedure", "procedure_note",
            "cpv_codes", "lots", "notice_id", "notice_url", "announced_on", "awarded_at", "award_note",
            "sovereignty_criteria", "market_explorations", "solutions", "source", "is_fictitious", "changed_at",
            "url",
        )  # fmt: skip


class TenderViewSet(OpenDataViewSet):
    """Ausschreibungen, sobald sie bekannt gemacht sind."""

    serializer_class = TenderSerializer
    filterset_class = TenderFilter

    def get_queryset(self) -> QuerySet[Tender]:
        related = {"tenders": OuterRef("pk")}
        explorations = MarketExploration.objects.visible_at(timezone.now()).filter(**related)
        return (
            Tender.objects.announced()
            .annotate(
                fields_json=nested(FieldOfAction.objects.filter(**related), **NAME),
                explorations_json=nested(explorations, **TITLE),
                solutions_json=nested(Solution.objects.published().filter(**related), **TITLE),
            )
            .select_related("buyer")
            .order_by(F("announced_on").desc(nulls_last=True), "-pk")
        )
