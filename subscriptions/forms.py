"""The forms by which one subscribes and changes it. Their field names are the parameters of the address: German."""

from typing import Any

from django import forms
from django.http import QueryDict

from catalogue.models import FieldOfAction, Solution
from members.addresses import LONGEST, plain_address
from members.models import Region
from members.region_search import resolve
from subscriptions import wording
from subscriptions.actions import Wish
from subscriptions.filters import SavedFilter, filter_of, saved
from subscriptions.models import Subscription
from subscriptions.news import NewsKind

ADDRESS_HINT = "An diese Adresse senden wir zuerst eine Mail mit einem Link zum Bestätigen."
REGION_HINT = "Ort, Kreis, Land oder Postleitzahl. Ohne Angabe erfahren Sie von Neuigkeiten aus ganz Deutschland."
MOST_REGIONS = 10  # of one filter: each becomes a subscription


def find_region(text: str) -> tuple[Region | None, list[Region]]:
    """The one region that is meant, or those to choose from. Keys in addresses work, `de` included."""
    if text.lower() == "de":
        return Region.objects.valid().filter(key="").first(), []
    found = resolve(text)
    return found.region, found.choices


class SubscribeForm(forms.Form):
    email = forms.CharField(
        label="E-Mail-Adresse", max_length=LONGEST, help_text=ADDRESS_HINT,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": "Bitte geben Sie Ihre E-Mail-Adresse ein."},
    )  # fmt: skip
    haeufigkeit = forms.ChoiceField(
        label="Wie oft?", choices=list(wording.FREQUENCIES.items()), required=False, widget=forms.RadioSelect,
        initial=Subscription.Frequency.AT_ONCE,
    )  # fmt: skip
    region = forms.CharField(label="Region", max_length=120, required=False, help_text=REGION_HINT)
    region_key = forms.CharField(max_length=12, required=False, widget=forms.HiddenInput)  # chosen among namesakes
    weitere = forms.CharField(required=False, widget=forms.HiddenInput)  # keys of further regions of the list's filter
    loesung = forms.CharField(label="Lösung", max_length=80, required=False, widget=forms.HiddenInput)
    neuigkeit = forms.MultipleChoiceField(
        label="Was möchten Sie erfahren?", choices=list(wording.KINDS.items()), required=False,
        widget=forms.CheckboxSelectMultiple, initial=NewsKind.values,
    )  # fmt: skip
    handlungsfeld = forms.MultipleChoiceField(
        label="Nur diese Handlungsfelder", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Ohne Auswahl: alle.",
    )  # fmt: skip
    richtung = forms.MultipleChoiceField(
        label="Was gehört zu Ihrer Region?", choices=list(wording.DIRECTIONS.items()), required=False,
        widget=forms.CheckboxSelectMultiple, initial=list(Subscription.USUAL),
    )  # fmt: skip
    organisation = forms.CharField(
        label="Ihre Organisation", max_length=200, required=False,
        help_text="Hilft uns zu verstehen, wer mitliest. Sie erscheint nirgends.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )  # fmt: skip
    optionen = forms.CharField(required=False, max_length=1, widget=forms.HiddenInput, initial="1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about_region: Region | None = None  # what the page is about, as far as it is known
        self.about_solution: Solution | None = None
        self.region_choices: list[Region] = []
        self.further: list[Region] = []
        self.filter = SavedFilter()
        self.fields["handlungsfeld"].choices = list(FieldOfAction.objects.values_list("slug", "name"))
        if self.is_bound:
            self._take_filter(self.data)

    @classmethod
    def asked_by(cls, query: QueryDict) -> "SubscribeForm":
        """Filled in by the address of the page: what it does not know is left out and said, never an error."""
        form = cls()
        form._take_filter(query)
        regions = form.filter.regions
        form.about_region = regions[0] if regions else find_region(query.get("region", "")[:120])[0]
        form.further = regions[1:MOST_REGIONS]
        if form.filter.like and not form.about_region:
            form.about_region = form.filter.like
            form.initial["richtung"] = [Subscription.Direction.LIKE_SIZED]
        elif form.filter.like:
            form.filter.refused.append(f"aehnlich={form.filter.like.address_key}")
        if form.about_region:
            form.initial |= {"region": form.about_region.label, "region_key": form.about_region.address_key}
            form.initial["weitere"] = " ".join(region.address_key for region in form.further)
        form.about_solution = _published(query.get("loesung", ""))
        if form.about_solution:
            form.initial["loesung"] = form.about_solution.slug
        if asked := [kind for kind in query.getlist("neuigkeit") if kind in NewsKind.values]:
            form.initial["neuigkeit"] = asked
        return form

    def _take_filter(self, query: QueryDict) -> None:
        self.filter = saved(query)
        if fields := self.filter.columns.get("fields_of_action"):
            self.initial["handlungsfeld"] = fields

    def clean_email(self) -> str:
        return plain_address(self.cleaned_data["email"])

    def clean_loesung(self) -> Solution | None:
        slug = self.cleaned_data["loesung"]
        self.about_solution = _published(slug)
        if slug and self.about_solution is None:
            raise forms.ValidationError("Diese Lösung steht nicht (mehr) im Katalog.")
        return self.about_solution

    def clean_neuigkeit(self) -> list[str]:
        """Nothing said is everything; every box emptied by hand is a mistake."""
        if not self.cleaned_data["neuigkeit"] and self.data.get("optionen"):
            raise forms.ValidationError("Bitte wählen Sie mindestens eine Art von Neuigkeiten.")
        return self.cleaned_data["neuigkeit"] or NewsKind.values

    def clean_weitere(self) -> list[Region]:
        keys = self.cleaned_data["weitere"].split()[:MOST_REGIONS]
        self.further = saved(QueryDict(mutable=False) if not keys else _query("region", keys)).regions
        return self.further

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        typed = cleaned.get("region", "")
        if isinstance(typed, str):
            cleaned["region"] = self._region_of(typed, cleaned.get("region_key", "")) if typed else None
        if cleaned.get("region") and not cleaned.get("richtung", True) and self.data.get("optionen"):
            self.add_error("richtung", "Bitte wählen Sie mindestens eine Möglichkeit.")
        if self.filter.refused:
            raise forms.ValidationError(f"Diesen Filter kennen wir nicht: {', '.join(self.filter.refused)}.")
        return cleaned

    def _region_of(self, typed: str, key: str) -> Region | None:
        """By what was typed; `key` decides between namesakes, and only between them."""
        known = Region.objects.valid().canonical().filter(key="" if key == "de" else key, label=typed).first()
        region, choices = (known, []) if key and known else find_region(typed)
        region = region or next((one for one in choices if one.address_key == key), None)
        if region:
            return region
        self.region_choices = choices
        self.add_error(
            "region",
            "Diesen Namen gibt es mehrmals. Bitte wählen Sie eine Region aus."
            if choices
            else "Diese Region haben wir nicht gefunden. Bitte prüfen Sie die Schreibweise.",
        )
        return None

    @property
    def wishes(self) -> list[Wish]:
        """What a valid form asks for: one wish a region."""
        cleaned = self.cleaned_data
        columns = {name: value for name, value in self.filter.columns.items() if name != "fields_of_action"}
        return [
            Wish(
                kinds=cleaned["neuigkeit"],
                region=region,
                directions=cleaned["richtung"] or Subscription.USUAL,
                fields_of_action=cleaned["handlungsfeld"],
                solution=cleaned["loesung"],
                frequency=cleaned["haeufigkeit"] or Subscription.Frequency.AT_ONCE,
                **columns,
            )
            for region in dict.fromkeys([cleaned["region"], *cleaned["weitere"]])
            if region or not cleaned["weitere"]
        ]

    @property
    def wishes_so_far(self) -> list[Wish]:
        """What the address of the page asks for, before anybody has sent the form."""
        columns = dict(self.filter.columns)
        return [
            Wish(
                kinds=self.get_initial_for_field(self.fields["neuigkeit"], "neuigkeit"), region=region,
                directions=self.get_initial_for_field(self.fields["richtung"], "richtung"),
                solution=self.about_solution, **columns,
            )
            for region in [self.about_region, *self.further]
        ]  # fmt: skip

    @property
    def carried(self) -> list[tuple[str, str, str]]:
        """The list's filter as boxes that one can empty: parameter, value, words."""
        row = Subscription(**{name: value for name, value in self.filter.columns.items() if name != "fields_of_action"})
        return [(name, value, wording.value_in_words(name, value)) for name, value in filter_of(row)]

    @property
    def left_out(self) -> str:
        """What of the list's filter no subscription can keep, in words."""
        return f"Außen vor bleibt: {', '.join(self.filter.refused)}. Alles andere gilt."

    @property
    def knows_what(self) -> bool:
        """The page came with a region, a solution or a filter: two fields are enough."""
        return bool(self.about_region or self.about_solution or self.carried)

    @property
    def is_unfolded(self) -> bool:
        """The options are shown at once where one of them needs a look: an error, or a choice that came along."""
        options = ("neuigkeit", "handlungsfeld", "richtung", "organisation")
        if self.knows_what and "region" in self.errors:
            return True
        return any(name in self.errors for name in options) or "neuigkeit" in self.initial


class ChangeForm(forms.Form):
    """One subscription on the page where all are changed; nothing ticked is a mistake."""

    haeufigkeit = forms.ChoiceField(label="Wie oft?", choices=list(wording.FREQUENCIES.items()))
    neuigkeit = forms.MultipleChoiceField(
        label="Was möchten Sie erfahren?", choices=list(wording.KINDS.items()), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Bitte wählen Sie mindestens eine Art von Neuigkeiten."},
    )  # fmt: skip
    richtung = forms.MultipleChoiceField(
        label="Was gehört zur Region?", choices=list(wording.DIRECTIONS.items()), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Bitte wählen Sie mindestens eine Möglichkeit."},
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, subscription: Subscription) -> None:
        asked = {"haeufigkeit": subscription.frequency, "neuigkeit": subscription.kinds}
        asked["richtung"] = subscription.directions
        super().__init__(data, initial=asked, auto_id=f"id_{subscription.pk}_%s")
        self.subscription = subscription
        if subscription.region_id is None:
            del self.fields["richtung"]


class AddressForm(forms.Form):
    email = forms.CharField(
        label="Neue E-Mail-Adresse", max_length=LONGEST, help_text=ADDRESS_HINT,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": "Bitte geben Sie die neue Adresse ein."},
    )  # fmt: skip

    def clean_email(self) -> str:
        return plain_address(self.cleaned_data["email"])


def _published(slug: str) -> Solution | None:
    return Solution.objects.published().filter(slug=slug.replace("\0", "")[:80]).first() if slug else None


def _query(name: str, values: list[str]) -> QueryDict:
    query = QueryDict(mutable=True)
    query.setlist(name, values)
    return query
