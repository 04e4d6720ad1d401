"""What is derived from a wish and kept beside it: its neighbours, and what its words mean to the search."""

from django.db import connection, transaction
from django.db.models import Q

from catalogue.search import ANALYZER_VERSION, find
from members.models import Region
from subscriptions.models import Subscription
from subscriptions.peers import neighbour_ids

BATCH = 500


def neighbours_asked(subscription: Subscription) -> list[int]:
    """The neighbours of its region, if it asks for them."""
    wanted = Subscription.Direction.NEIGHBOURS in subscription.directions
    return neighbour_ids(subscription.region) if wanted and subscription.region else []


def meaning(words: str) -> tuple[str | None, int]:
    """The search's own query of the words (None: any solution), and the version of the analyzer that made it."""
    found = find(words) if words else None
    return (found.tsquery or None) if found else None, ANALYZER_VERSION


def renew_wishes() -> int:
    """Bring up to date what a reform of the regions, a new synonym or a better search left behind; returns how many
    subscriptions changed."""
    return _renew_neighbours() + _renew_queries()


@transaction.atomic
def _renew_neighbours() -> int:
    """Where a neighbour has ended, or there is none although neighbours are asked for. Whoever moves a subscription
    to another region empties `neighbours`, and the next look fills them."""
    ended = list(Region.objects.exclude(valid_until=None).values_list("pk", flat=True))
    asking = Subscription.objects.filter(directions__contains=[Subscription.Direction.NEIGHBOURS])
    stale = asking.filter(Q(neighbours=[]) | Q(neighbours__overlap=ended)).select_related("region")
    changed = []
    for row in stale.select_for_update(of=("self",), skip_locked=True)[:BATCH]:
        found = neighbours_asked(row)
        if found != row.neighbours:
            row.neighbours = found
            changed.append(row)
    return Subscription.objects.bulk_update(changed, ["neighbours"])


def _renew_queries() -> int:
    """PostgreSQL compares, because it writes a query in its own spelling."""
    table, renewed = Subscription._meta.db_table, 0
    for words in Subscription.objects.exclude(words="").order_by().values_list("words", flat=True).distinct():
        query, version = meaning(words)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""UPDATE {table} SET query = %(query)s::tsquery, query_version = %(version)s WHERE words = %(words)s
                    AND (query IS DISTINCT FROM %(query)s::tsquery OR query_version <> %(version)s)""",  # noqa: S608
                {"words": words, "query": query, "version": version},
            )
            renewed += cursor.rowcount
    return renewed
