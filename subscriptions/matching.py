"""Which subscriptions a fact concerns: one WHERE, shared by the fan-out and by every preview of it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from catalogue.facets.reading import EU_ONLY
from catalogue.models import Solution, Transfer
from members.models import Region
from subscriptions.models import Subscriber, Subscription
from subscriptions.news import NewsKind

Direction, Frequency = Subscription.Direction, Subscription.Frequency
AT_ONCE = Frequency.AT_ONCE
QUICKEST_FIRST = f"ARRAY{Frequency.values}::varchar[]"
PREVIEWED = timedelta(days=92)  # "in the last three months"
MOST_FACTS = 5000  # that a preview looks at, the newest

_ARRIVED = ", ".join(f"'{stage}'" for stage in Transfer.ARRIVED)

# `fact` is a row source with the columns of an announcement. What a wish can ask about it, once a fact and not once a
# subscription. A fact without a region concerns the whole country.
TOLD = f"""
    SELECT fact.*, coalesce(here.key, '') AS region_key, here.kind AS region_kind, here.population AS people,
           solution.editorial_status, solution.campus_stage, solution.levels, solution.licence,
           solution.operating_models, CASE WHEN solution.is_ai THEN 'ja' ELSE 'nein' END AS ai,
           ARRAY(SELECT f.slug FROM catalogue_fieldofaction f WHERE f.id IN (
             SELECT fieldofaction_id FROM catalogue_solution_fields_of_action WHERE solution_id = fact.solution_id
             UNION SELECT fieldofaction_id FROM procurement_marketexploration_fields_of_action
               WHERE marketexploration_id = fact.exploration_id
             UNION SELECT fieldofaction_id FROM procurement_tender_fields_of_action
               WHERE tender_id = fact.tender_id))::varchar[] AS field_slugs,
           array_remove(ARRAY[
             CASE WHEN solution.licence NOT IN ('', 'proprietary') THEN 'offene-lizenz' END,
             CASE WHEN solution.source_url <> '' THEN 'quelltext' END,
             CASE WHEN solution.data_location ~* '{EU_ONLY.replace("%", "%%")}' THEN 'daten-eu' END
           ], NULL)::varchar[] AS sovereignty,
           ARRAY(SELECT DISTINCT use.verification FROM catalogue_transfer use
                 WHERE use.solution_id = fact.solution_id AND use.stage IN ({_ARRIVED}))::varchar[] AS use_checked,
           ARRAY(SELECT o.slug FROM members_organisation o WHERE o.id IN (exploration.buyer_id, tender.buyer_id)
                 UNION SELECT o.slug FROM procurement_marketexploration_joint_buyers joint
                   JOIN members_organisation o ON o.id = joint.organisation_id
                   WHERE joint.marketexploration_id = fact.exploration_id)::varchar[] AS buyer_slugs,
           entry.whole AS indexed,
           upper(concat_ws(E'\\n', exploration.title, exploration.summary, exploration.need, tender.title,
                           tender.summary, tender.notice_id, buyer.name, buyer.short_name)) AS text
    FROM fact
    LEFT JOIN members_region here ON here.id = fact.region_id
    LEFT JOIN catalogue_solution solution ON solution.id = fact.solution_id
    LEFT JOIN catalogue_searchentry entry ON entry.solution_id = fact.solution_id
    LEFT JOIN procurement_marketexploration exploration ON exploration.id = fact.exploration_id
    LEFT JOIN procurement_tender tender ON tender.id = fact.tender_id
    LEFT JOIN members_organisation buyer ON buyer.id = coalesce(exploration.buyer_id, tender.buyer_id)
"""

# `told` and `s`, rows of subscriptions. A filter of solutions leaves out facts that are about none.
CONCERNS = f"""
    FROM told
    JOIN s ON told.kind = ANY (s.kinds)
    LEFT JOIN members_region asked ON asked.id = s.region_id
    WHERE (s.solution_id IS NULL OR s.solution_id = told.solution_id)
      AND (s.fields_of_action = '{{}}' OR s.fields_of_action && told.field_slugs)
      AND (s.stages = '{{}}' OR told.campus_stage = ANY (s.stages))
      AND (s.levels = '{{}}' OR s.levels && told.levels)
      AND (s.licences = '{{}}' OR told.licence = ANY (s.licences))
      AND (s.operating_models = '{{}}' OR s.operating_models && told.operating_models)
      AND (s.ai = '{{}}' OR (told.solution_id IS NOT NULL AND told.ai = ANY (s.ai)))
      AND (s.verifications = '{{}}' OR s.verifications && told.use_checked)
      AND (s.sovereignty = '{{}}' OR (told.solution_id IS NOT NULL AND s.sovereignty && told.sovereignty))
      AND (s.buyers = '{{}}' OR s.buyers && told.buyer_slugs)
      AND (s.words = ''
           OR (told.solution_id IS NOT NULL AND (s.query IS NULL OR told.indexed @@ s.query))
           OR (told.solution_id IS NULL AND NOT EXISTS (
                 SELECT FROM unnest((string_to_array(upper(s.words), ' '))[1:20]) word
                 WHERE strpos(told.text, word) = 0)))
      AND (s.region_id IS NULL
           OR ('{Direction.THIS}' = ANY (s.directions) AND s.region_id = told.region_id)
           OR ('{Direction.WITHIN}' = ANY (s.directions)
               AND told.region_key <> asked.key AND starts_with(told.region_key, asked.key))
           OR ('{Direction.ABOVE}' = ANY (s.directions)
               AND told.region_key <> asked.key AND starts_with(asked.key, told.region_key))
           OR ('{Direction.NEIGHBOURS}' = ANY (s.directions) AND told.region_id = ANY (s.neighbours))
           OR ('{Direction.LIKE_SIZED}' = ANY (s.directions) AND told.region_id <> s.region_id
               AND told.region_kind = asked.kind AND asked.kind NOT IN ('federal', 'government_district')
               AND asked.population > 0
               AND told.people BETWEEN asked.population / 2 AND asked.population::bigint * 2))
"""

# Only who confirmed before it happened is told: nobody gets the past as news.
LISTENING = """
    SELECT s.*, greatest(s.confirmed_at, p.confirmed_at) AS listens_since
    FROM subscriptions_subscription s JOIN subscriptions_subscriber p ON p.id = s.subscriber_id
    WHERE s.confirmed_at IS NOT NULL AND p.confirmed_at IS NOT NULL AND p.paused_at IS NULL
"""
# To be preceded by `WITH fact AS (...)`.
MATCH = f"""
    , told AS MATERIALIZED ({TOLD}), s AS NOT MATERIALIZED ({LISTENING}),
    person AS (
      SELECT told.id AS announcement_id, s.subscriber_id, array_agg(s.id ORDER BY s.id) AS reasons,
             ({QUICKEST_FIRST})[min(array_position({QUICKEST_FIRST}, s.frequency))] AS frequency
      {CONCERNS} AND s.listens_since <= told.occurred_at
      GROUP BY told.id, s.subscriber_id)
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
        WITH fact AS (SELECT 0::bigint AS id, %s::varchar AS kind, clock_timestamp() AS occurred_at,
                             %s::bigint AS solution_id, %s::bigint AS region_id, NULL::bigint AS exploration_id,
                             NULL::bigint AS tender_id)
        {MATCH}
        SELECT count(*) FILTER (WHERE frequency = '{AT_ONCE}'), count(*) FILTER (WHERE frequency <> '{AT_ONCE}')
        FROM person
    """
    counted = region.counted().pk if region else None
    with connection.cursor() as cursor:
        cursor.execute(sql, [kind, solution.pk, counted])
        return RecipientCount(*cursor.fetchone())


def would_have_told(
    *, now: datetime, wishes: Iterable[Subscription] = (), subscriber: Subscriber | None = None
) -> list[int]:
    """Ids of the announcements of the last three months, newest first, that these wishes concern.

    Of wishes that are not saved, or of all confirmed ones of a subscriber. Facts about what left the catalogue are
    left out: their names are not public any more.
    """
    if subscriber:
        rows = "SELECT * FROM subscriptions_subscription WHERE subscriber_id = %s AND confirmed_at IS NOT NULL"
        wished: str | int = subscriber.pk
    else:
        rows = """SELECT row.* FROM jsonb_array_elements(%s::jsonb) wish,
                         jsonb_populate_record(NULL::subscriptions_subscription, wish) row"""
        wished = json.dumps([_columns(wish) for wish in wishes])
    sql = f"""
        WITH fact AS (SELECT * FROM subscriptions_announcement WHERE occurred_at BETWEEN %s AND %s
                      ORDER BY occurred_at DESC LIMIT {MOST_FACTS}),
             told AS NOT MATERIALIZED ({TOLD}), s AS ({rows})
        SELECT told.id {CONCERNS} AND coalesce(told.editorial_status, 'published') = 'published'
        GROUP BY told.id, told.occurred_at ORDER BY told.occurred_at DESC, told.id DESC
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [now - PREVIEWED, now, wished])
        return [row[0] for row in cursor.fetchall()]


def _columns(wish: Subscription) -> dict[str, object]:
    """What the WHERE asks of a subscription, for PostgreSQL to read as a row of its table."""
    related = {"region", "solution"}
    names = {f"{name}_id" if name in related else name for name in (*Subscription.SAME, "neighbours", "query")}
    return {name: getattr(wish, name) for name in names}
