"""Fields of action, organisations, memberships and sites of the demo catalogue."""

from catalogue.models import FieldOfAction
from govtech_portal.demo_catalogue.people import let_people_act
from govtech_portal.demo_catalogue.reading import Row, rows, when
from govtech_portal.demo_catalogue.run import Run
from members.models import CampusSite, Membership, Organisation

TEXTS = ("name", "short_name", "kind", "description", "website_url", "is_scaling_partner", "source", "is_fictitious")


def add_fields(run: Run) -> None:
    known = set(FieldOfAction.objects.values_list("slug", flat=True))
    for row in rows("fields"):
        if row["slug"] not in known:
            texts = {name: row[name] for name in ("slug", "name", "description", "position")}
            run.add(FieldOfAction.objects.create(**texts))


def add_organisations(run: Run) -> None:
    known = set(Organisation.objects.values_list("slug", flat=True))
    new = [row for row in rows("organisations") if row["slug"] not in known]
    made = Organisation.objects.bulk_create(_organisation(row, run) for row in new)
    for organisation in made:
        run.add(organisation)
    by_slug = {organisation.slug: organisation for organisation in made}
    Membership.objects.bulk_create(
        _membership(by_slug[row["slug"]], row["membership"], run) for row in new if "membership" in row
    )
    let_people_act(set(by_slug), run.people)


def add_sites(run: Run) -> None:
    known = set(CampusSite.objects.values_list("slug", flat=True))
    for row in rows("sites"):
        if row["slug"] not in known:
            texts = {name: row[name] for name in ("slug", "name", "address", "source") if name in row}
            run.add(CampusSite.objects.create(region=run.regions[row["region"]], **texts))


def _organisation(row: Row, run: Run) -> Organisation:
    region = run.regions[row["region"]] if "region" in row else None
    return Organisation(slug=row["slug"], region=region, **{name: row[name] for name in TEXTS if name in row})


def _membership(organisation: Organisation, row: Row, run: Run) -> Membership:
    since = when(row["since"], run.now).day if "since" in row else None
    return Membership(organisation=organisation, category=row["category"], since=since, source=row["source"])
