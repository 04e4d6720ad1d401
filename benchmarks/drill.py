"""`make drill`: the whole portal runs, every part is killed at random, and every mail is counted.

Each round announces one fact to RECIPIENTS people and does one thing at a random moment: kill -9 of worker, beat, web,
PostgreSQL or Valkey; Valkey emptied; the mail server refusing, slow, cutting off in mid message or after it. It ends
when everybody was told. Then: 0 lost, at most one copy a kill (or cut-off answer), with the same Message-ID.

ROUNDS (100), RECIPIENTS (150) and SEED are read from the environment; the seed of a failed run is printed.
"""

import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psycopg
from redis import Redis, RedisError

from benchmarks.mail import sink
from govtech_portal.binaries import ROOT
from govtech_portal.demo_state import DemoState, _free_port
from govtech_portal.supervisor import Supervisor

ROUNDS = int(os.environ.get("ROUNDS", 100))
RECIPIENTS = int(os.environ.get("RECIPIENTS", 150))
SEED = int(os.environ.get("SEED", secrets.randbelow(10**6)))
PATIENCE = 90.0  # seconds a round may take: one fault, and delivery within 60 seconds of its end
FAULT_SECONDS = 2.0  # how long the mail server misbehaves
PARTS = ("worker", "beat", "web", "postgres", "valkey")
ONE_COPY = ("worker", "postgres")  # the mail in flight may come twice; "vanish" may repeat each mail it did not answer
FAULTS = (
    "worker", "beat", "web", "postgres", "valkey", "flush", "refuse", "slow", "cut", "vanish", "worker", "postgres",
)  # fmt: skip


class Lost(Exception):
    """Somebody was not told in time, or too often."""


class House(Supervisor):
    """The parts and their supervision are those of the demo; the data is a small country with RECIPIENTS people."""

    def bring_up(self) -> None:
        self.env = self.state.environment(self.services.environment())
        self.children = self._make_children()
        self.services.__enter__()
        owner = self.env | {"DATABASE_URL": self.env["DATABASE_OWNER_URL"]}
        steps = ["-m", "benchmarks.mail_steps", "drill", str(ROUNDS), str(RECIPIENTS)]
        for command in (steps, ["manage.py", "grant_app_role", "portal_app"]):
            subprocess.run([sys.executable, *command], env=owner, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        for child in self.children:
            child.start()

    def heal(self) -> None:
        self._heal()

    def tear_down(self) -> None:
        self._tear_down()

    def pid_of(self, part: str) -> int | None:
        if part in ("postgres", "valkey"):
            return self.services.pids().get(part)
        child = next(child for child in self.children if child.name == part)
        return child.process.pid if child.running() and child.process else None

    def forgive(self) -> None:
        """Each round is a new story: the supervisor's patience with a part that falls again and again is not asked."""
        for child in self.children:
            child.falls = 0


class Moment:
    """When it breaks: by the clock, or when so many mails of the round have gone, so that it hits their midst."""

    def __init__(self, chance: random.Random, taken: int) -> None:
        self.seconds = chance.uniform(0.3, 4.0)
        self.mails = taken + chance.randrange(RECIPIENTS) if chance.random() < 0.7 else None

    def has_come(self, passed: float, taken: int) -> bool:
        if self.mails is None:
            return passed > self.seconds
        return taken >= self.mails or passed > 8


class Drill:
    """Rounds of one fault each."""

    def __init__(self, house: House, mails: Path, chance: random.Random) -> None:
        self.house, self.mails, self.chance = house, mails, chance
        self.faults: Counter[str] = Counter()
        self.doubled = self.cuts = self.allowed = 0

    def round(self, number: int) -> str:
        """Announce, break, wait until everybody was told. Raises Lost."""
        fault = FAULTS[number] if number < len(FAULTS) else self.chance.choice(FAULTS)
        self.faults[fault] += 1
        self._ask_database(ARRIVE, number)
        begin, moment = time.monotonic(), Moment(self.chance, self._taken())
        broken_at = 0.0
        while not (broken_at and self._is_told()):
            passed = time.monotonic() - begin
            if not broken_at and moment.has_come(passed, self._taken()):
                self._break(fault)
                broken_at = passed
            if broken_at and passed - broken_at > FAULT_SECONDS:
                self._mode("")
            if passed > PATIENCE:
                raise Lost(f"Runde {number}, {fault}: nach {PATIENCE:.0f} s sind nicht alle Mails zugestellt")
            self.house.heal()
            time.sleep(0.02)
        self._mode("")
        self._wait_for_all(begin)
        self.house.forgive()
        return f"{fault:<9} nach {broken_at:4.1f} s, fertig nach {time.monotonic() - begin:5.1f} s" + self._count(fault)

    def _wait_for_all(self, begin: float) -> None:
        """The next round begins with every part running."""
        while any(self.house.pid_of(part) is None for part in PARTS) and time.monotonic() - begin < PATIENCE:
            self.house.heal()
            time.sleep(0.1)

    def _break(self, fault: str) -> None:
        if fault == "flush":
            with suppress(RedisError), Redis.from_url(self.house.env["REDIS_URL"]) as broker:
                broker.flushall()
        elif fault in PARTS:
            if pid := self.house.pid_of(fault):
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
        else:
            self._mode(fault)

    def _taken(self) -> int:
        """Lines of the log so far."""
        return self.mails.read_bytes().count(b"\n")

    def _mode(self, mode: str) -> None:
        self.mails.with_suffix(".mode").write_text(mode)

    def _count(self, fault: str) -> str:
        """Raises Lost for a mail that nobody took, and for more copies than this fault may cause."""
        lines = [line.split("\t") for line in self.mails.read_text().splitlines()]
        copies = Counter(line[2] for line in lines)
        cuts = sum(line[3] == "cut" for line in lines)
        keys = {f"<{key}@katalog.example>" for (key,) in self._all(KEYS)}
        if missing := keys - set(copies):
            raise Lost(f"{fault}: {len(missing)} Mails nahm niemand an")
        new, self.doubled = copies.total() - len(copies) - self.doubled, copies.total() - len(copies)
        allowed, self.cuts = (fault in ONE_COPY) + cuts - self.cuts, cuts
        self.allowed += allowed
        if new > allowed:
            raise Lost(f"{fault}: {new} Mails kamen doppelt, erlaubt {allowed}")
        return f"  doppelt {new}" if new else ""

    def _is_told(self) -> bool:
        with suppress(psycopg.Error):
            return bool(self._all(TOLD)[0][0])
        return False

    def _ask_database(self, statement: str, *values: object) -> None:
        with psycopg.connect(self.house.env["DATABASE_OWNER_URL"], autocommit=True, connect_timeout=5) as database:
            database.execute(statement, values)

    def _all(self, question: str) -> list[tuple]:
        with psycopg.connect(self.house.env["DATABASE_OWNER_URL"], autocommit=True, connect_timeout=5) as database:
            return database.execute(question).fetchall()


KEYS = "SELECT key FROM subscriptions_notification"
TOLD = """
    SELECT NOT EXISTS (SELECT 1 FROM subscriptions_notification WHERE sent_at IS NULL)
      AND (SELECT count(*) FROM catalogue_arrival)
        = (SELECT count(*) FROM subscriptions_announcement WHERE kind = 'arrival')
"""
ARRIVE = """
    INSERT INTO catalogue_arrival (solution_id, region_id, transfer_id, arrived_at)
    SELECT t.solution_id, r.id, t.id, clock_timestamp() FROM catalogue_transfer t, members_region r
    WHERE r.key = lpad((%s::int + 10000)::text, 5, '0') ORDER BY t.id LIMIT 1
"""


def main() -> int:
    chance, begin = random.Random(SEED), time.monotonic()
    print(f"Übung: {ROUNDS} Runden, {RECIPIENTS} Mails je Runde, SEED={SEED}", flush=True)
    with tempfile.TemporaryDirectory(prefix="gtp-drill-") as folder:
        place = Path(folder)
        place.chmod(0o711)
        with sink(place) as port:
            os.environ |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "UNDO_SECONDS": "0", "LOOK_SECONDS": "1"}
            state = DemoState(place / "state", _free_port())
            house = House(state, time.time())
            drill = Drill(house, place / "mails.tsv", chance)
            failure = _rounds(house, drill)
    print(f"Ausgefallen: {', '.join(f'{name} {count}' for name, count in sorted(drill.faults.items()))}")
    lost = "0" if not failure else "siehe oben"
    print(f"Runden {drill.faults.total()}, verloren {lost}, doppelt {drill.doubled} (höchstens {drill.allowed}),"
          f" SEED={SEED}, {time.monotonic() - begin:.0f} s")  # fmt: skip
    return 1 if failure else 0


def _rounds(house: House, drill: Drill) -> bool:
    try:
        house.bring_up()
        for number in range(ROUNDS):
            print(f"{number + 1:>4}  {drill.round(number)}", flush=True)
    except Lost as reason:
        print(f"{reason} (SEED={SEED})", flush=True)
        return True
    finally:
        house.ending = 1
        house.tear_down()
    return False


if __name__ == "__main__":
    sys.exit(main())
