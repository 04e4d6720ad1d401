"""Asking once a year whether a transfer is still true, and what becomes of the answer."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower

from catalogue.actions.letters import write_letter
from catalogue.actions.transfers import move_transfer
from catalogue.links import still_path, whole
from catalogue.models import ConfirmationRequest, Solution, Transfer, TransferContact
from members.addresses import plain_address
from members.clock import database_now
from members.models import OrganisationUser, OutgoingMail, User

STILL_TRUE = "still_true"  # purpose of the mail
PAUSE = timedelta(hours=24)  # between two questions to one address: thirty transfers are thirty days
BATCH = 200
CONTACT_KEPT = timedelta(days=90)  # after the transfer ended


@transaction.atomic
def name_contact(*, transfer: Transfer, email: str, by: User | None) -> TransferContact | None:
    """Whom we ask about this transfer; no address: nobody. Links sent to a former address lead nowhere any more.

    Raises ValidationError for an address that is none.
    """
    Transfer.objects.select_for_update().get(pk=transfer.pk)
    contact = TransferContact.objects.filter(transfer=transfer).first()
    address = plain_address(email) if email.strip() else ""
    if contact and contact.email == address:
        return contact
    if contact:
        stop_asking(contact=contact)
    return TransferContact.objects.create(transfer=transfer, email=address) if address else None


@transaction.atomic
def stop_asking(*, contact: TransferContact) -> None:
    """Forget the address; the links in its mails end."""
    ConfirmationRequest.objects.filter(transfer=contact.transfer_id).update(epoch=F("epoch") + 1)
    TransferContact.objects.filter(pk=contact.pk).delete()


@transaction.atomic
def ask_whether_still(*, now: datetime | None = None) -> int:
    """Write one mail for each confirmation that is a year old; returns how many. Asked once, however often it runs.

    Question and mail commit together, so a killed process loses and doubles nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('ask_whether_still'))")
        if not cursor.fetchone()[0]:
            return 0  # another worker is at it
    once: dict[str, Any] = {}
    for transfer in _to_ask(now or database_now())[:BATCH]:
        once.setdefault(transfer.address, transfer)
    requests = _ask([*once.values()])
    addresses = {transfer.pk: address for address, transfer in once.items()}
    for request in requests:
        write_letter(
            to=addresses[request.transfer_id], purpose=STILL_TRUE, template="catalogue/email/still_true.txt",
            transfer=request.transfer, request=request, url=whole(still_path(request)),
        )  # fmt: skip
    return len(requests)


@transaction.atomic
def answer_request(*, request: ConfirmationRequest, is_still_true: bool) -> ConfirmationRequest:
    """Yes is the organisation's own word, from today; no goes to the campus team, which ends the transfer.

    The first answer counts. A confirmation that came by another way in between is not lowered by it.
    """
    locked = ConfirmationRequest.objects.select_for_update(of=("self",)).select_related("transfer").get(pk=request.pk)
    if locked.answer:
        return locked
    locked.answer = ConfirmationRequest.Answer.STILL if is_still_true else ConfirmationRequest.Answer.NO_LONGER
    locked.answered_at = database_now()
    locked.save(update_fields=["answer", "answered_at"])
    transfer = Transfer.objects.select_for_update().get(pk=locked.transfer_id)
    is_unchanged = transfer.stage in Transfer.ARRIVED and transfer.confirmed_at == locked.confirmed_at
    if is_still_true and is_unchanged:
        move_transfer(
            transfer=transfer, stage=transfer.stage, verification=Transfer.Verification.SELF_DECLARED, by=None,
            note="von der Organisation auf Rückfrage bestätigt",
        )  # fmt: skip
    return locked


@transaction.atomic
def forget_contacts(*, now: datetime) -> int:
    """Addresses of transfers that ended long ago."""
    over = Transfer.objects.filter(stage__in=Transfer.CLOSED, changed_at__lte=now - CONTACT_KEPT)
    return TransferContact.objects.filter(transfer__in=over).delete()[0]


def _to_ask(now: datetime) -> QuerySet[Any]:
    """Due, not yet asked, with an address that was not asked within a day; the longest unconfirmed first."""
    roles = OrganisationUser.Role
    people = OrganisationUser.objects.filter(
        organisation=OuterRef("organisation"), role__in=(roles.OWNER, roles.EDITOR), user__is_active=True
    ).order_by(Case(When(role=roles.OWNER, then=Value(0)), default=Value(1)), "pk")  # fmt: skip
    asked = ConfirmationRequest.objects.filter(transfer=OuterRef("pk"), confirmed_at=OuterRef("last_confirmed"))
    lately = OutgoingMail.objects.filter(purpose=STILL_TRUE, to=OuterRef("address"), created_at__gt=now - PAUSE)
    return (
        Transfer.objects.due_again(now)
        .filter(~Exists(asked), solution__editorial_status=Solution.EditorialStatus.PUBLISHED)
        .annotate(address=Coalesce("contact__email", Lower(Subquery(people.values("user__email")[:1]))))
        .exclude(address=None)
        .exclude(Exists(lately))
        .order_by("last_confirmed", "pk")
    )


def _ask(transfers: list[Any]) -> list[ConfirmationRequest]:
    """One statement; what was asked already is left out."""
    table = ConfirmationRequest._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {table} (transfer_id, confirmed_at, asked_at, answer, epoch)
                SELECT *, clock_timestamp(), '', 0 FROM unnest(%s::bigint[], %s::timestamptz[])
                ON CONFLICT (transfer_id, confirmed_at) DO NOTHING RETURNING id""",  # noqa: S608 - own name
            [[one.pk for one in transfers], [one.last_confirmed for one in transfers]],
        )
        made = [row[0] for row in cursor.fetchall()]
    rows = ConfirmationRequest.objects.filter(pk__in=made)
    return list(rows.select_related("transfer__solution", "transfer__region", "transfer__organisation").order_by("pk"))
