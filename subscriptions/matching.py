"""Which subscribers a fact concerns: one WHERE, shared by the fan-out and by the preview before it."""

from dataclasses import dataclass

from django.db import connection

from catalogue.models import Solution
from members.models import Region
from subscriptions.models import NewsKind, Subscription

AT_ONCE = Subscription.Frequency.AT_ONCE

# `fact` is a row source with the columns of an announcement. A fact without a region concerns the whole country.
# Only who confirmed before it happened is told: nobody gets the past as news.
MATCH = f"""
    FROM fact
    JOIN subscriptions_subscription s ON fact.kind = ANY (s.kinds)
    JOIN subscriptions_subscriber p ON p.id = s.subscriber_id
    LEFT JOIN members_region here ON here.id = fact.region_id
    LEFT JOIN members_region asked ON asked.id = s.region_id
    WHERE s.confirmed_at <= fact.occurred_at AND p.confirmed_at <= fact.occurred_at AND p.paused_at IS NULL
      AND (s.solution_id IS NULL OR s.solution_id = fact.solution_id)
      AND (s.fields_of_action = '{{}}' OR s.fields_of_action && ARRAY(
            SELECT f.slug FROM catalogue_fieldofaction f WHERE f.id IN (
              SELECT fieldofaction_id FROM catalogue_solution_fields_of_action WHERE solution_id = fact.solution_id
              UNION SELECT fieldofaction_id FROM procurement_marketexploration_fields_of_action
                WHERE marketexploration_id = fact.exploration_id
              UNION SELECT fieldofaction_id FROM procurement_tender_fields_of_action
                WHERE tender_id = fact.tender_id))::varchar[])
      AND (s.region_id IS NULL
           OR ('{Subscription.Direction.THIS}' = ANY (s.directions) AND s.region_id = fact.region_id)
           OR ('{Subscription.Direction.WITHIN}' = ANY (s.directions)
               AND coalesce(here.key, '') <> asked.key AND coalesce(here.key, '') LIKE asked.key || '%%')
           OR ('{Subscription.Direction.ABOVE}' = ANY (s.directions)
               AND coalesce(here.key, '') <> asked.key AND asked.key LIKE coalesce(here.key, '') || '%%'))
"""


@dataclass(frozen=True)
class RecipientCount:
    """How many mails a fact would cause, before it is written."""

    at_once: int
    later: int

    @property
    def total(self) -> int:
        return self.at_once + self.later


def count_recipients(
    *, solution: Solution, region: Region | None = None, kind: str = NewsKind.ARRIVAL
) -> RecipientCount:
    """The recipients of a fact that would happen now, each person once."""
    sql = f"""
        WITH fact AS (SELECT %s::varchar AS kind, clock_timestamp() AS occurred_at, %s::bigint AS solution_id,
                             %s::bigint AS region_id, NULL::bigint AS exploration_id, NULL::bigint AS tender_id),
             person AS (SELECT s.subscriber_id, bool_or(s.frequency = '{AT_ONCE}') AS at_once {MATCH}
                        GROUP BY s.subscriber_id)
        SELECT count(*) FILTER (WHERE at_once), count(*) FILTER (WHERE NOT at_once) FROM person
    """
    counted = region.counted().pk if region else None
    with connection.cursor() as cursor:
        cursor.execute(sql, [kind, solution.pk, counted])
        return RecipientCount(*cursor.fetchone())
