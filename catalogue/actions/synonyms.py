"""Synonyms of the search: they hold from the next question on, no text is read again."""

from django.db import transaction

from catalogue.models import Synonym
from catalogue.search import keys_of
from members.models import User


@transaction.atomic
def keep_synonym(*, words: list[str], narrower: list[str], by: User, synonym: Synonym | None = None) -> Synonym:
    """A new group, or a known one with these words. `narrower` is found by the words, not the other way round."""
    kept = synonym or Synonym()
    kept.words, kept.narrower = _tidy(words), _tidy(narrower)
    kept.keys = keys_of(kept.words)
    kept.full_clean(exclude=["keys"])
    kept.save()
    return kept


@transaction.atomic
def renew_keys() -> int:
    """After a change of the analyzer, which has other keys for the same words. Says how many changed."""
    changed = []
    for synonym in Synonym.objects.select_for_update().order_by("pk"):
        keys = keys_of(synonym.words)
        if keys and keys != synonym.keys:
            synonym.keys = keys
            changed.append(synonym)
    Synonym.objects.bulk_update(changed, ["keys"])
    return len(changed)


def _tidy(words: list[str]) -> list[str]:
    """Each once, in the order given, without spare blanks."""
    return list(dict.fromkeys(tidy for word in words if (tidy := " ".join(word.split()))))
