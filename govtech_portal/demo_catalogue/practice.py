"""Reports of use and Praxisberichte of the demo catalogue, as people outside and the campus team would make them."""

from catalogue.actions import (
    confirm_reports,
    name_contact,
    release_practice_report,
    report_use,
    submit_practice_report,
    write_practice_report,
)
from catalogue.actions.practice import CONTENT, PURPOSE
from catalogue.actions.reports import CONFIRMATION
from catalogue.models import PracticeReport, Solution, Transfer, UseReport
from govtech_portal.demo_catalogue.reading import Row, rows, when
from govtech_portal.demo_catalogue.run import Run
from members.models import OutgoingMail

WRITER = "strassen@musterland.example"


def add_practice_reports(run: Run) -> None:
    """Those of transfers that this run made, so that what people did since stays."""
    for row in rows("practice"):
        transfer = Transfer.objects.filter(
            pk__in=run.made[Transfer], solution__slug=row["solution"], region=run.regions[row["region"]]
        ).first()  # fmt: skip
        if transfer:
            run.add(_practice(row, transfer, run))
    _send_nothing({WRITER})


def add_use_reports(run: Run) -> None:
    """Those of solutions that this run made."""
    for row in rows("reports"):
        solution = Solution.objects.filter(pk__in=run.made[Solution], slug=row["solution"]).first()
        if solution:
            run.add(_report(row, solution, run))
    _send_nothing({row["email"] for row in rows("reports")})


def _send_nothing(addresses: set[str]) -> None:
    """Backlog: what the verbs wrote to these invented addresses is not sent."""
    OutgoingMail.objects.open().filter(to__in=addresses, purpose__in=(CONFIRMATION, PURPOSE), attempts=0).delete()


def _practice(row: Row, transfer: Transfer, run: Run) -> PracticeReport:
    name_contact(transfer=transfer, email=WRITER, by=run.editor)
    content = {name: row[name] for name in CONTENT if name in row}
    report = write_practice_report(transfer=transfer, email=WRITER, by=None, **content)
    report = submit_practice_report(report=report, by=None)
    if row["status"] == PracticeReport.Status.RELEASED:
        report = release_practice_report(report=report, by=run.approver, at=when(row["at"], run.now).at)
    return report


def _report(row: Row, solution: Solution, run: Run) -> UseReport:
    report = report_use(
        solution=solution, region=run.regions[row["region"]], kind=row["kind"], email=row["email"],
        note=row.get("note", ""), may_be_shown=row.get("may_be_shown", False),
    )  # fmt: skip
    if row["confirmed"]:
        confirm_reports(report=report)
    return report
