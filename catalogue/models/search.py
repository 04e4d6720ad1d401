"""The index of the search, its vocabulary, and the synonyms that staff keep."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from catalogue.models.solutions import Solution
from members.models import changes_pages


class SearchEntry(models.Model):
    """What is found of one published solution; there is no entry for what is not public.

    Written only by `catalogue.search.index`, in the transaction of the verb that changes the text. `lead` holds the
    words of `title` too, and `whole` those of `lead`, so that each can be asked alone.
    """

    solution = models.OneToOneField(Solution, models.CASCADE, primary_key=True, related_name="search_entry")
    name = models.CharField(max_length=160)  # the title as the analyzer folds it
    title = SearchVectorField()
    lead = SearchVectorField()
    whole = SearchVectorField()
    changed_at = models.DateTimeField()
    analyzer = models.PositiveIntegerField()

    class Meta:
        verbose_name = "Eintrag der Suche"
        verbose_name_plural = "Einträge der Suche"
        indexes = [
            GinIndex(fields=["title"], name="searchentry_title", fastupdate=False),
            GinIndex(fields=["lead"], name="searchentry_lead", fastupdate=False),
            GinIndex(fields=["whole"], name="searchentry_whole", fastupdate=False),
            models.Index(fields=["-changed_at", "-solution"], name="searchentry_newest"),
            models.Index(fields=["name"], name="searchentry_name"),
        ]
        triggers = changes_pages()

    def __str__(self) -> str:
        return self.name


class SearchWord(models.Model):
    """A word of the portal's texts, or a part of one: what a typo can be mended to. Rows are added, and only
    `reindex` takes away those that no text has any more."""

    word = models.CharField(max_length=80, unique=True)  # folded
    lexeme = models.CharField(max_length=80, db_index=True)
    shown = models.CharField(max_length=80)  # as people write it

    class Meta:
        verbose_name = "Wort der Suche"
        verbose_name_plural = "Wörter der Suche"

    def __str__(self) -> str:
        return self.shown


class Synonym(models.Model):
    """Words that mean the same to whoever searches; each finds the others at once, without a new index."""

    words = ArrayField(
        models.CharField(max_length=60),
        verbose_name="gleichbedeutend",
        help_text="Mit Komma getrennt, mindestens ein Wort. Auch mehrere Wörter hintereinander: „Einer für Alle“.",
    )
    narrower = ArrayField(
        models.CharField(max_length=60), verbose_name="findet auch", default=list, blank=True,
        help_text="Engere Begriffe, mit Komma getrennt: „Bürgerbeteiligung“ findet auch „Bürgerhaushalt“, "
        "umgekehrt nicht.",
    )  # fmt: skip
    keys = ArrayField(models.CharField(max_length=160), editable=False)

    class Meta:
        verbose_name = "Synonym"
        verbose_name_plural = "Synonyme"
        ordering = ["words"]
        constraints = [
            models.CheckConstraint(condition=models.Q(words__len__gte=1), name="synonym_has_a_word"),
            models.CheckConstraint(condition=models.Q(keys__len__gte=1), name="synonym_has_a_key"),
        ]
        indexes = [GinIndex(fields=["keys"], name="synonym_keys")]
        triggers = changes_pages()

    def __str__(self) -> str:
        return ", ".join(self.words)
