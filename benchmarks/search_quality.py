"""How well the search finds what people judged: precision, recall, F1 and queries without any hit, by kind and split.

The queries (`benchmarks/queries/judged.yml`) and their split were fixed before the first run: a hash of the query's
text says whether it may be used for tuning ("tuned") or is held out. PostgreSQL's own `german` configuration answers
the same queries over the same texts in the same run. Micro averages are not used: each query counts the same.
"""

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import mean, quantiles
from typing import NamedTuple

import yaml
from django.db import connection
from django.utils import timezone

from benchmarks.lines import Line
from catalogue.content import SCALARS
from catalogue.models import FieldOfAction, Solution, SolutionOrganisation
from catalogue.search import find, matching_ids, reindex
from catalogue.search.texts import texts_of
from govtech_portal.demo_catalogue.reading import FOLDER, rows
from govtech_portal.demo_catalogue.solutions import ROLES
from members.models import Organisation

JUDGED = Path(__file__).parent / "queries" / "judged.yml"
POSTGRES = """
SELECT solution_id FROM judged_texts WHERE to_tsvector('german', words) @@ websearch_to_tsquery('german', %s)
"""
F1_REACH = 0.95


class Query(NamedTuple):
    kind: str
    text: str
    find: frozenset[str]
    grey: frozenset[str]

    @property
    def held_out(self) -> bool:
        return bool(hashlib.sha256(self.text.encode()).digest()[0] % 2)


class Score(NamedTuple):
    precision: float
    recall: float
    f1: float
    nothing: bool


def lines() -> Iterator[Line]:
    slugs = load_texts()
    ours = {query: score_of(query, {slugs[pk] for pk in _ours(query.text)}) for query in queries()}
    theirs = {query: score_of(query, {slugs[pk] for pk in _postgres(query.text)}) for query in ours}
    yield from _by_kind("Portal", ours, held_out=False)
    yield from _by_kind("Portal", ours, held_out=True)
    yield from _by_kind("PostgreSQL german", theirs, held_out=True)
    reached, theirs_reached = _f1(ours), _f1(theirs)
    yield Line("search: held-out F1", reached, "", F1_REACH, ">=")
    yield Line("search: held-out F1, PostgreSQL german", theirs_reached)
    yield Line("search: F1 as a multiple of PostgreSQL's", reached / theirs_reached, "", 2, ">=")
    typos = {query.text: find(query.text).corrected is not None for query in ours}
    right, wrong = (
        _cpu_milliseconds(find, [text for text, typo in typos.items() if typo is which]) for which in (False, True)
    )
    yield Line("search: understanding a query, CPU p95", right, "ms", 2)
    yield Line("search: understanding one with a typo, CPU p95", wrong, "ms", 25)


def queries() -> list[Query]:
    kinds = yaml.safe_load(JUDGED.read_text(encoding="utf-8"))
    del kinds["sets"]
    return [
        Query(kind, row["q"], frozenset(row["find"]), frozenset(row.get("grey", ())))
        for kind, judged in kinds.items()
        for row in judged
    ]


def score_of(query: Query, found: set[str]) -> Score:
    """Border cases are left out on both sides. Where nothing is to be found, finding nothing is all that counts."""
    counted = found - query.grey
    if not query.find:
        right = float(not counted)
        return Score(right, 1.0, right, nothing=False)
    hits = len(counted & query.find)
    precision, recall = hits / len(counted) if counted else 0.0, hits / len(query.find)
    return Score(precision, recall, 2 * hits / (len(counted) + len(query.find)), not found)


def load_texts() -> dict[int, str]:
    """The demo catalogue's published solutions without its regions and transfers, and both indexes. Slugs by id."""
    organisations = {row["slug"]: _organisation(row) for row in rows("organisations")}
    fields = {
        row["slug"]: FieldOfAction.objects.get_or_create(slug=row["slug"], defaults={"name": row["name"]})[0]
        for row in yaml.safe_load((FOLDER / "fields.yml").read_text(encoding="utf-8"))
    }
    for row in rows("solutions"):
        if row.get("status", "released") == "released":
            _solution(row, organisations, fields)
    for _ in reindex():
        pass
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE judged_texts (solution_id bigint, words text)")
        for solution in Solution.objects.published():
            cursor.execute(
                "INSERT INTO judged_texts VALUES (%s, %s)", [solution.pk, "\n".join(texts_of(solution).whole)]
            )
    return dict(Solution.objects.values_list("pk", "slug"))


def _organisation(row: dict) -> Organisation:
    names = {"name": row["name"], "short_name": row.get("short_name", ""), "kind": row["kind"]}
    return Organisation.objects.get_or_create(slug=row["slug"], defaults=names)[0]


def _solution(row: dict, organisations: dict, fields: dict) -> None:
    now = timezone.now()
    content = {name: row[name] for name in SCALARS if name in row}
    for later in row.get("revisions", []):
        if later["status"] == "released":
            content |= {name: value for name, value in later["changes"].items() if name in SCALARS}
    solution = Solution.objects.create(
        slug=row["slug"], editorial_status="published", number=1, published_at=now, changed_at=now, **content
    )
    solution.fields_of_action.set(fields[slug] for slug in row.get("fields_of_action", []))
    named = row.get("organisations", {})
    SolutionOrganisation.objects.bulk_create(
        SolutionOrganisation(solution=solution, organisation=organisations[slug], role=role)
        for role in ROLES
        for slug in named.get(role, [])
    )


def _ours(text: str) -> set[int]:
    """As the list of solutions answers: what has all words, or else what has some."""
    found = find(text)
    if found.is_empty:
        return set()
    ids = set(matching_ids(found))
    loosened = None if ids else found.loosened()
    return set(matching_ids(loosened)) if loosened else ids


def _postgres(text: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(POSTGRES, [text])
        return {row[0] for row in cursor.fetchall()}


def _by_kind(whose: str, scores: dict[Query, Score], *, held_out: bool) -> Iterator[Line]:
    kinds: dict[str, list[Score]] = defaultdict(list)
    for query, score in scores.items():
        if query.held_out == held_out:
            kinds[query.kind].append(score)
    split = "held out" if held_out else "tuned on"
    kinds = {**kinds, "all": [score for scores_of_kind in kinds.values() for score in scores_of_kind]}
    for kind, of_kind in kinds.items():
        precision, recall = mean(s.precision for s in of_kind), mean(s.recall for s in of_kind)
        nothing = sum(score.nothing for score in of_kind)
        detail = f"P {precision:.2f} R {recall:.2f}"
        what = f"{whose}, {split}: {kind} ({len(of_kind)} queries, {nothing} without a hit)"
        yield Line(what, mean(s.f1 for s in of_kind), "F1", spread=detail)


def _f1(scores: dict[Query, Score]) -> float:
    return mean(score.f1 for query, score in scores.items() if query.held_out)


def _cpu_milliseconds(work: Callable[[str], object], texts: list[str]) -> float:
    """Of this process, waiting left out: the machine may be busy with others. The 95th percentile."""
    taken = []
    for text in texts:
        begin = time.process_time()
        work(text)
        taken.append(1000 * (time.process_time() - begin))
    return quantiles(taken, n=20)[-1]


def show_misses() -> None:
    """For whoever tunes: only the queries that may be looked at."""
    slugs = dict(Solution.objects.values_list("pk", "slug"))
    for query in queries():
        found = {slugs[pk] for pk in _ours(query.text)}
        if not query.held_out and score_of(query, found).f1 < 1:
            missing, wrong = sorted(query.find - found), sorted(found - query.find - query.grey)
            print(f"{query.kind}: {query.text!r} missing {missing} wrong {wrong} {find(query.text).tsquery}")  # noqa: T201
