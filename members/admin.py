"""Who and where, for the campus team."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest
from django.urls import reverse

from members.actions import CLOSED, close_account, end_sessions, invite_person, retry_mails, suppress_mails
from members.forms import InviteForm
from members.models import (
    CampusSite,
    DeliveryDecision,
    Membership,
    Organisation,
    OrganisationUser,
    OutgoingMail,
    Region,
    User,
)
from members.region_search import find_regions
from members.staff_pages import (
    NATIVE_FIELDS,
    DeliveryFilter,
    KeepsHistory,
    ReadOnly,
    Step,
    WithSteps,
    delivery_state,
)

admin.site.unregister(Group)  # a role is a name; what it may do is in one table of the code
# Secrets and sessions are nobody's to look at; the person alone sees and ends them under /konto/
for _private in (Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    admin.site.unregister(_private)
SUGGESTIONS = 20


class MembershipInline(admin.StackedInline):
    model = Membership
    extra = 1
    can_delete = False  # a membership ends by its date
    formfield_overrides = NATIVE_FIELDS
    fields = (("category", "since", "until"), "source")


INVITE = Step(
    slug="einladen",
    label="Person einladen",
    permission="members.invite_people",
    question="Die Person bekommt eine Mail mit einem Link, der sieben Tage gilt. Wer eine Organisation verantwortet, "
    "lädt danach selbst weitere Personen ein.",
    done="Die Einladung ist unterwegs.",
    act=lambda organisation, by, email, role: invite_person(organisation=organisation, email=email, role=role, by=by),
    form=InviteForm,
    address_after=lambda invitation: reverse("admin:members_organisation_change", args=[invitation.organisation_id]),
)


@admin.register(Organisation)
class OrganisationAdmin(WithSteps):
    steps = (INVITE,)
    list_display = ("name", "short_name", "kind", "region", "category_now", "is_scaling_partner")
    list_filter = ("kind", "memberships__category", "is_scaling_partner", "is_fictitious")
    list_select_related = ("region",)
    search_fields = ("name", "short_name", "slug")
    search_help_text = "Name oder Kurzname"
    autocomplete_fields = ("region",)
    prepopulated_fields = {"slug": ("name",)}
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": (("name", "short_name"), "slug", "kind", "region")}),
        ("Auf der Seite der Organisation", {"fields": ("description", "website_url")}),
        ("Rolle und Herkunft der Angaben", {"fields": ("is_scaling_partner", "is_fictitious", "source")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        return super().get_queryset(request).prefetch_related("memberships")

    @admin.display(description="Mitgliedschaft")
    def category_now(self, organisation: Organisation) -> str:
        now = [m.get_category_display() for m in organisation.memberships.all() if m.until is None]
        return now[0] if now else self.admin_site.empty_value_display


@admin.register(CampusSite)
class CampusSiteAdmin(KeepsHistory):
    list_display = ("name", "region", "address")
    list_select_related = ("region",)
    search_fields = ("name", "address")
    autocomplete_fields = ("region",)
    prepopulated_fields = {"slug": ("name",)}


class ValidityFilter(admin.SimpleListFilter):
    title = "Gültigkeit"
    parameter_name = "gueltig"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("ja", "heute gültig"), ("nein", "aufgelöst")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Region]) -> QuerySet[Region]:
        if self.value() == "ja":
            return queryset.filter(valid_until=None)
        return queryset.exclude(valid_until=None) if self.value() == "nein" else queryset


class CountedFilter(admin.SimpleListFilter):
    title = "Zeile, die zählt"
    parameter_name = "zaehlt"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("ja", "zählt selbst"), ("nein", "zählt als andere Ebene")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Region]) -> QuerySet[Region]:
        if self.value() in ("ja", "nein"):
            return queryset.filter(canonical__isnull=self.value() == "ja")
        return queryset


@admin.register(Region)
class RegionAdmin(ReadOnly):
    """Regions come from the official table; the search is the portal's own, each place once."""

    list_display = ("label", "form", "detail", "key", "population", "valid_until")
    list_filter = ("kind", ValidityFilter, CountedFilter)
    search_fields = ("label",)
    search_help_text = "Name, Gemeindeschlüssel oder Postleitzahl"
    show_full_result_count = False
    fields = (
        "label", "name", "form", "kind", "detail", "key", "ags", "population", "area_ha", "seat", "postcode",
        "canonical", "successor", "valid_until",
    )  # fmt: skip

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Region], search_term: str
    ) -> tuple[QuerySet[Region], bool]:
        if not search_term.strip():
            return queryset, False
        found = [region.pk for region in find_regions(search_term, limit=SUGGESTIONS)]
        order = Case(*(When(pk=pk, then=place) for place, pk in enumerate(found)), default=len(found))
        return queryset.filter(pk__in=found).order_by(order, "pk"), False

    @staticmethod
    def suggestion(region: Region) -> str:
        """What the autocompletion shows: the place and what tells it from others of its name."""
        return f"{region.label} – {region.detail}" if region.detail else region.label


class AccessInline(admin.StackedInline):
    model = OrganisationUser
    extra = 0
    autocomplete_fields = ("organisation",)
    verbose_name_plural = "Handelt für diese Organisationen"


def _is_open(user: User, by: User) -> bool:
    return user.name != CLOSED


def _own_account(user: User, by: User) -> str:
    return "Ihr eigenes Konto schließt eine andere Person." if user.pk == by.pk else ""


CLOSE = Step(
    slug="konto-schliessen",
    label="Konto schließen",
    permission="members.change_user",
    question="Die Person kann sich nicht mehr anmelden. Name, E-Mail-Adressen, Rollen und Zugänge werden gelöscht. "
    "Was sie geschrieben und freigegeben hat, bleibt ohne ihren Namen. Das lässt sich nicht zurücknehmen.",
    done="Das Konto ist geschlossen.",
    act=lambda user, by: close_account(user=user, by=by),
    fits=_is_open,
    reason_against=_own_account,
    is_grave=True,
)


@admin.register(User)
class UserAdmin(WithSteps):
    """People with an account. Passwords are set by the person alone, through the link of „Passwort vergessen“."""

    steps = (CLOSE,)

    list_display = ("email", "name", "roles", "is_staff", "is_active", "last_login")
    list_filter = ("groups", "is_staff", "is_active")
    search_fields = ("email", "name")
    search_help_text = "Name oder E-Mail-Adresse"
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    inlines = (AccessInline,)
    fieldsets = (
        (
            None,
            {
                "fields": ("email", "name", "is_active"),
                "description": "Ein neues Konto hat noch kein Passwort. Die Person setzt es selbst: "
                "Anmelden, dann „Passwort vergessen“.",
            },
        ),
        ("Campus-Team", {"fields": ("is_staff", "groups")}),
        ("Zuletzt", {"fields": ("last_login", "date_joined")}),
    )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return request.user.is_superuser

    has_change_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_manytomany(self, db_field, request: HttpRequest, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups":
            field.label, field.help_text = "Rollen", "Eine Person kann mehrere Rollen haben."
            field.queryset = Group.objects.filter(name__in=User.ROLES)
        return field

    def save_model(self, request: HttpRequest, obj: User, form, change: bool) -> None:
        obj.email = obj.email.lower()
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            end_sessions(user=obj)

    @admin.display(description="Rollen")
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnly):
    """Never shows a mail's text: it may hold the link that sets somebody's password."""

    list_display = ("subject", "to", "purpose", "state", "attempts", "due_at", "last_error")
    list_filter = (DeliveryFilter, "purpose", "created_at")
    search_fields = ("to", "subject")
    search_help_text = "Empfänger oder Betreff"
    ordering = ("-pk",)
    fields = (
        "to", "subject", "purpose", "state", "created_at", "due_at", "attempts", "sent_at", "failed_at", "last_error",
    )  # fmt: skip
    actions = ("retry", "suppress")

    @admin.display(description="Stand")
    def state(self, mail: OutgoingMail) -> str:
        return delivery_state(mail)

    @admin.action(description="Erneut versuchen", permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        count = retry_mails(mails=queryset, by=request.user)
        self.message_user(request, f"{count} Mails werden erneut versucht.", messages.SUCCESS)

    @admin.action(description="Verwerfen: nicht senden", permissions=["retry"])
    def suppress(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        count = suppress_mails(mails=queryset, by=request.user)
        self.message_user(request, f"{count} Mails sind verworfen.", messages.SUCCESS)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return self.has_named_permission(request, "retry")


@admin.register(DeliveryDecision)
class DeliveryDecisionAdmin(ReadOnly):
    list_display = ("what", "at", "by", "count", "note")
    list_filter = ("what", "at")
    list_select_related = ("by",)
    search_fields = ("note",)
    search_help_text = "Anmerkung"
    fields = ("what", "at", "by", "count", "note")
