"""What stands around invented solutions: fields of action, organisations, and how some of them came to be."""

from datetime import timedelta
from random import Random

from django.utils import timezone

from catalogue.models import FieldOfAction, Solution
from govtech_portal.synthetic_catalogue import vocabulary as words
from govtech_portal.synthetic_catalogue.solutions import PREFIX
from members.models import Organisation, Region
from procurement.models import MarketExploration, Tender

MUNICIPAL, OTHERS = 400, 60
ONE_IN = 50  # solutions that came from a market exploration and a tender


def add_fields() -> dict[str, FieldOfAction]:
    for place, (slug, name) in enumerate(words.FIELDS):
        FieldOfAction.objects.get_or_create(slug=slug, defaults={"name": name, "position": place})
    return FieldOfAction.objects.in_bulk([slug for slug, _ in words.FIELDS], field_name="slug")


def add_organisations() -> list[Organisation]:
    """The biggest places, and providers; a second run finds them."""
    known = {row.slug: row for row in Organisation.objects.filter(slug__startswith=PREFIX)}
    places = Region.objects.valid().canonical().exclude(kind__in=("government_district", "association"))
    wanted = [_administration(region) for region in places.order_by("-population", "key")[:MUNICIPAL]]
    wanted += [_provider(number) for number in range(OTHERS)]
    Organisation.objects.bulk_create([row for row in wanted if row.slug not in known])
    return list(Organisation.objects.filter(slug__startswith=PREFIX).order_by("slug"))


def add_chains(solutions: list[Solution], organisations: list[Organisation], chance: Random) -> None:
    """One exploration and one tender for every fiftieth solution, long closed."""
    chosen = [one for one in solutions if int(one.slug.rsplit("-", 1)[1]) % ONE_IN == 0]
    opened = timezone.now() - timedelta(days=900)
    explorations, tenders = [], []
    for solution in chosen:
        about = {"title": f"{solution.title} gesucht", "summary": solution.summary, "is_fictitious": True}
        buyer = chance.choice(organisations)
        explorations.append(
            MarketExploration(
                slug=solution.slug, buyer=buyer, opened_at=opened, responses_due_at=opened + timedelta(days=30),
                result_published_at=opened + timedelta(days=90), result_summary="Neun Rückmeldungen.", **about,
            )
        )  # fmt: skip
        tenders.append(Tender(slug=solution.slug, buyer=buyer, status="awarded", awarded_at=opened, **about))
    for made in (MarketExploration.objects.bulk_create(explorations), Tender.objects.bulk_create(tenders)):
        link = made[0].solutions.through if made else None
        if link is not None:
            name = f"{made[0]._meta.model_name}_id"
            link.objects.bulk_create(link(solution_id=s.pk, **{name: m.pk}) for s, m in zip(chosen, made, strict=True))


def _administration(region: Region) -> Organisation:
    kind = {"federal": Organisation.Kind.FEDERAL, "state": Organisation.Kind.STATE}.get(
        region.kind, Organisation.Kind.MUNICIPAL
    )
    return Organisation(
        slug=f"{PREFIX}{region.address_key}", name=f"Musterverwaltung {region.label}"[:200], kind=kind, region=region,
        is_fictitious=True,
    )  # fmt: skip


def _provider(number: int) -> Organisation:
    kind = (Organisation.Kind.COMPANY, Organisation.Kind.PUBLIC_IT, Organisation.Kind.RESEARCH)[number % 3]
    return Organisation(
        slug=f"{PREFIX}anbieter-{number}", name=f"Musteranbieter {number}", kind=kind, is_fictitious=True,
        is_scaling_partner=number % 5 == 0,
    )  # fmt: skip
