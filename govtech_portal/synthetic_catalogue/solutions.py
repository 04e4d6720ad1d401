"""Invented solutions. Number i depends on seed and i alone: a bigger catalogue begins with the smaller one."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from catalogue.models import Solution
from govtech_portal.synthetic_catalogue import vocabulary as words

PREFIX = "muster-"  # of every slug: how a synthetic solution is known
BEGIN = datetime(2021, 1, 4, 8, tzinfo=UTC)
DAYS = 2000
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", " ": "-"})
Content = dict[str, Any]
T = TypeVar("T")


def skewed(chance: Random, values: Sequence[T], skew: float = 2.0) -> T:
    """The first ones often, the last ones rarely."""
    return values[int(len(values) * chance.random() ** skew)]


def random_of(seed: int, number: int) -> Random:
    return Random(f"{seed}:{number}")  # noqa: S311  # invented data


def solution_of(seed: int, number: int) -> tuple[Solution, Content]:
    """The row, and what a revision holds of it beside the row's own columns."""
    chance = random_of(seed, number)
    topic, kind = skewed(chance, words.TOPICS), skewed(chance, words.KINDS, 1.4)
    quality = chance.choice(words.QUALITIES)
    slug = f"{PREFIX}{topic}-{kind}-{number}".lower().translate(UMLAUTS)
    published = BEGIN + timedelta(days=chance.randrange(DAYS), minutes=chance.randrange(1440))
    is_ai = chance.random() < 0.2
    solution = Solution(
        slug=slug, number=1, editorial_status=Solution.EditorialStatus.PUBLISHED, published_at=published,
        changed_at=published, title=f"{quality[0].upper()}{quality[1:]} {topic}-{kind} {number}",
        summary=_sentence(chance, topic)[:150], description=_paragraphs(chance, topic),
        benefits="\n".join(f"- {_filled(chance, line, topic)}" for line in chance.sample(words.BENEFITS, 3)),
        licence=skewed(chance, words.LICENCES), hosting=chance.choice(words.HOSTING), is_ai=is_ai,
        ai_risk=chance.choice(Solution.AiRisk.values) if is_ai else "", data_location=chance.choice(words.LOCATIONS),
        cost_note=chance.choice(words.COSTS).format(n=chance.randrange(1, 90) * 500), is_fictitious=True,
        **_choices(chance), **_addresses(chance, slug),
    )  # fmt: skip
    return solution, _relations(chance, slug, topic)


def _choices(chance: Random) -> dict[str, Any]:
    return {
        "levels": chance.choices(([Solution.Level.MUNICIPAL], [Solution.Level.STATE], [Solution.Level.FEDERAL],
                                  [Solution.Level.STATE, Solution.Level.MUNICIPAL]), (55, 15, 10, 20))[0],
        "competent_level": chance.choices(("municipality", "district", "state", ""), (50, 20, 15, 15))[0],
        "campus_stage": chance.choices(Solution.Stage.values, (30, 30, 25, 10, 5))[0],
        "development_status": chance.choice(Solution.Development.values),
        "trl": chance.choice((None, 5, 6, 7, 8, 9)),
        "operating_models": chance.sample(Solution.OperatingModel.values, chance.choice((1, 1, 2))),
        "standards": sorted(chance.sample(words.STANDARDS, chance.randrange(0, 4))),
        "cpv_codes": [chance.choice(words.CPV)],
    }  # fmt: skip


def _addresses(chance: Random, slug: str) -> dict[str, str]:
    return {
        "source_url": f"https://code.example/{slug}" if chance.random() < 0.6 else "",
        "website_url": f"https://{slug}.example/",
        "documentation_url": f"https://{slug}.example/doku/" if chance.random() < 0.5 else "",
        "accessibility_url": f"https://{slug}.example/barrierefreiheit/" if chance.random() < 0.4 else "",
    }


def _relations(chance: Random, slug: str, topic: str) -> Content:
    fields = chance.sample([name for name, _ in words.FIELDS], chance.choice((1, 1, 1, 2)))
    steps = "\n".join(f"{n}. {step}" for n, step in enumerate(chance.sample(words.STEPS, 4), 1))
    contact = {"name": f"Ansprechstelle {topic}", "organisation": "", "email": f"kontakt@{slug}.example"}
    report = {"n": chance.randrange(1, 400), "of": 691, "unit": "Behörden", "as_of": "11/2025", "source": "Erhebung"}
    return {
        "fields_of_action": sorted(fields),
        "contacts": [contact | {"phone": "030 1234567", "url": "", "review_due": None}],
        "sources": [{"title": f"Projektbericht {topic}", "url": f"https://{slug}.example/bericht/"}],
        "reported_coverages": [report] if chance.random() < 0.2 else [],
        "reuse_paths": [
            {"region": "", "legal_route": chance.choice(("agreement", "efa_marketplace", "fit_store", "open_licence")),
             "steps": steps, "template_url": "", "cost": "nach Vereinbarung", "contact": f"kontakt@{slug}.example"}
        ],
    }  # fmt: skip


def _paragraphs(chance: Random, topic: str) -> str:
    """About two kilobytes, as descriptions of real solutions are."""
    return "\n\n".join(
        " ".join(_filled(chance, sentence, topic) for sentence in chance.sample(words.SENTENCES, 5)) for _ in range(5)
    )


def _sentence(chance: Random, topic: str) -> str:
    return _filled(chance, chance.choice(words.SENTENCES[:6]), topic)


def _filled(chance: Random, text: str, topic: str) -> str:
    what = topic if chance.random() < 0.7 else skewed(chance, words.TOPICS)
    return text.format(
        wer=skewed(chance, words.PEOPLE, 1.5),
        was=what,
        wie=chance.choice(words.QUALITIES),
        n=chance.randrange(2, 90),
    )
