"""Whether anything may be sent: not from a restored backup before a person has looked."""

from django.db import connection, transaction

from members.models import DeliveryDecision, DeliveryGate

RESTORED = (
    "Die Datenbank wurde umgezogen oder aus einer Sicherung eingespielt. "
    "Was hier wartet, kann schon einmal gesendet worden sein."
)
# The cluster's number, its timeline (a point-in-time restore begins a new one) and the database's own number.
_PLACE = """(SELECT system_identifier FROM pg_control_system())
    || '.' || (SELECT timeline_id FROM pg_control_checkpoint())
    || '.' || (SELECT oid FROM pg_database WHERE datname = current_database())"""


def place_now() -> str:
    """Where this database stands. The same after any crash, another one after a restore."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_PLACE}")
        return str(cursor.fetchone()[0])


def is_open() -> bool:
    """One statement when all is well. Notices a restored database, and holds delivery then."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT place = {_PLACE}, held_at IS NULL FROM members_deliverygate WHERE id = 1")  # noqa: S608
        row = cursor.fetchone()
    if row is None:
        DeliveryGate.objects.bulk_create([DeliveryGate(place=place_now())], ignore_conflicts=True)
        return True
    same_place, is_released = row
    if not same_place and is_released:
        _notice_the_move()
    return same_place and is_released


@transaction.atomic
def _notice_the_move() -> None:
    gate = DeliveryGate.objects.select_for_update().get(pk=1)
    if gate.held_at is None and gate.place != place_now():
        shut(gate, RESTORED)
        DeliveryDecision.objects.create(what=DeliveryDecision.What.HOLD, note=RESTORED)


def shut(gate: DeliveryGate, reason: str) -> None:
    """Within a transaction of the caller."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_deliverygate SET held_at = clock_timestamp(), reason = %s WHERE id = %s", [reason, gate.pk]
        )
