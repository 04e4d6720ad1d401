"""How fast one mail domain is served, so that neither its limits nor its slowness become the others' problem."""

import time
from collections import Counter, defaultdict

SLOW_SECONDS = 5.0  # an answer that takes longer makes its domain wait
TEMPORARY_REFUSALS = 3  # in succession: greylisting or "too many", so the rest of its mails wait as well
MINUTE = 60.0


class Pace:
    """Counts a sending process's mails per domain and minute. Kept between runs, forgotten with the process."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._sent: defaultdict[str, Counter[int]] = defaultdict(Counter)  # by the second: at most a minute of them
        self._refusals: Counter[str] = Counter()
        self._waits_until: dict[str, float] = {}

    def allows(self, domain: str, now: float | None = None) -> bool:
        now = time.monotonic() if now is None else now
        if self._waits_until.get(domain, now) > now:
            return False
        sent = self._sent[domain]
        for second in [second for second in sent if second <= now - MINUTE]:
            del sent[second]
        return sent.total() < self.limit

    def sent(self, domain: str, seconds: float, now: float | None = None) -> None:
        now = time.monotonic() if now is None else now
        self._sent[domain][int(now)] += 1
        self._refusals.pop(domain, None)
        self._waits_until.pop(domain, None)
        if seconds > SLOW_SECONDS:
            self._waits_until[domain] = now + MINUTE / 2

    def refused(self, domain: str, seconds: float, now: float | None = None) -> None:
        """For now: the mail itself is tried again by its own backoff."""
        now = time.monotonic() if now is None else now
        self._refusals[domain] += 1
        if self._refusals[domain] >= TEMPORARY_REFUSALS or seconds > SLOW_SECONDS:
            self._refusals.pop(domain, None)
            self._waits_until[domain] = now + MINUTE / 2

    def forget_idle(self, now: float | None = None) -> None:
        """Domains that nobody was sent to for a minute; keeps the memory flat."""
        now = time.monotonic() if now is None else now
        for domain in [d for d, sent in self._sent.items() if max(sent, default=0) <= now - MINUTE]:
            del self._sent[domain]
        self._waits_until = {d: until for d, until in self._waits_until.items() if until > now}


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()
