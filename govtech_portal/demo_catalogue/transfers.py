"""Transfers of the demo catalogue, with every move that led to today's stage."""

from datetime import datetime
from typing import Any

from catalogue.actions import move_transfer, name_contact, record_transfer
from catalogue.models import Arrival, Solution, Transfer
from govtech_portal.demo_catalogue.reading import Row, rows, when
from govtech_portal.demo_catalogue.run import Run
from members.models import Organisation

Known = dict[tuple[str, int, str], Transfer]


def add_transfers(run: Run) -> None:
    """Those that no row stands for yet, whatever stage people moved it to since."""
    known = _known()
    new = [row for row in rows("transfers") if _place(row, run) not in known]
    if not new:
        return
    solutions = Solution.objects.in_bulk({row["solution"] for row in new}, field_name="slug")
    organisations = Organisation.objects.in_bulk(
        {row[name] for row in new for name in ("organisation", "scaling_partner") if name in row}, field_name="slug"
    )
    for row in new:
        details = _details(row, known, organisations, run)
        details["organisation"] = organisations.get(row.get("organisation", ""))
        transfer = _record(row, solutions[row["solution"]], details, run)
        name_contact(transfer=transfer, email=row.get("contact", ""), by=run.editor)
        known[_place(row, run)] = transfer
        run.add(transfer)
    arrivals = Arrival.objects.filter(transfer__in=run.made[Transfer])
    run.made[Arrival] = set(arrivals.values_list("pk", flat=True))


def steps_of(row: Row) -> list[Row]:
    """The moves of a transfer; a row without a list of moves has the one that it describes itself."""
    return row.get("moves") or [
        {"stage": row["stage"], "verification": row["verification"], "at": row.get("at", row.get("live_since"))}
    ]


def _known() -> Known:
    transfers = Transfer.objects.select_related("solution", "organisation")
    return {(t.solution.slug, t.region_id, t.organisation.slug if t.organisation else ""): t for t in transfers}


def _place(row: Row, run: Run) -> tuple[str, int, str]:
    return row["solution"], run.regions[row["region"]].pk, row.get("organisation", "")


def _record(row: Row, solution: Solution, details: dict[str, Any], run: Run) -> Transfer:
    first, *later = steps_of(row)
    transfer = record_transfer(
        solution=solution, region=run.regions[row["region"]], by=run.editor, stage=first["stage"],
        verification=first["verification"], note=first.get("note", ""), evidence=row.get("source", ""),
        at=_moment(first, run.now), **details,
    )  # fmt: skip
    for move in later:
        move_transfer(
            transfer=transfer, stage=move["stage"], verification=move["verification"], by=run.editor,
            note=move.get("note", ""), evidence=row.get("source", ""), at=_moment(move, run.now),
        )  # fmt: skip
    return transfer


def _details(row: Row, known: Known, organisations: dict[str, Organisation], run: Run) -> dict[str, Any]:
    details: dict[str, Any] = {
        name: row[name] for name in ("scope", "source", "is_public", "consent_by") if name in row
    }
    live = row.get("live_since") or next((m["at"] for m in row.get("moves", []) if m["stage"] == "live"), None)
    if live:
        began = when(live, run.now)
        details |= {"live_since": began.day, "live_since_precision": began.precision}
    elif (first := steps_of(row)[0]).get("at"):  # not live yet: how precisely we know the day of its agreement
        details["live_since_precision"] = when(first["at"], run.now).precision
    if "consent_on" in row:
        details["consent_on"] = when(row["consent_on"], run.now).day
    if "ended_on" in row:
        details["ended_on"] = when(row["ended_on"], run.now).day
    if "from" in row:
        place = row["solution"], run.regions[row["from"]].pk
        details["from_transfer"] = next(transfer for key, transfer in known.items() if key[:2] == place)
    if "scaling_partner" in row:
        details["scaling_partner"] = organisations[row["scaling_partner"]]
    if "path" in row:
        paths = Solution.objects.get(slug=row["solution"]).reuse_paths
        details["reuse_path"] = paths.get(legal_route=row["path"][0], region__key=row["path"][1])
    return details


def _moment(step: Row, now: datetime) -> datetime:
    return when(step["at"], now).at if step.get("at") else now
