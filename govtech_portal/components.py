"""The living page of components (/komponenten/): each shown with made-up data, so that nobody builds it twice."""

from datetime import UTC, datetime
from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

DUE = datetime(2027, 3, 31, 10, 0, tzinfo=UTC)


class _PlaceForm(forms.Form):
    """A choice, and a region whose name fits more than one."""

    art = forms.ChoiceField(label="Was möchten Sie melden?", choices=[("a", "Wir nutzen das"), ("b", "Wir haben "
                            "Interesse")], widget=forms.RadioSelect, initial="a")  # fmt: skip
    region = forms.CharField(label="Ihre Kommune oder Region", initial="Münster", help_text="Ort, Kreis oder Land")
    region_key = forms.CharField(required=False, widget=forms.HiddenInput)
    region_choices = (
        {"address_key": "05515", "label": "Münster", "detail": "Kreisfreie Stadt, Nordrhein-Westfalen"},
        {"address_key": "03358016", "label": "Munster", "detail": "Stadt, Heidekreis, Niedersachsen"},
    )


class _SampleForm(forms.Form):
    email = forms.EmailField(label="E-Mail-Adresse", help_text="Wir schicken Ihnen zuerst eine Bestätigung.")
    frequency = forms.ChoiceField(
        label="Wie oft?", choices=[("now", "sofort"), ("weekly", "wöchentlich")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="Anmerkung", required=False, widget=forms.Textarea)
    consent = forms.BooleanField(label="Ich habe die Hinweise zum Datenschutz gelesen.")


class _Related(list):
    """Answers `.all` as a related manager does."""

    def all(self) -> list:
        return self


def _solution(title: str, summary: str, stage: str, stage_name: str, licence: str = "") -> SimpleNamespace:
    return SimpleNamespace(
        slug="beispiel",
        title=title,
        summary=summary,
        get_absolute_url="/loesungen/",
        campus_stage=stage,
        get_campus_stage_display=stage_name,
        licence=licence,
        is_fictitious=True,
        fields_of_action=_Related([SimpleNamespace(name="Open Source"), SimpleNamespace(name="Cloud")]),
    )


def _option(value: str, label: str, count: int, checked: bool = False) -> dict[str, object]:
    name = "beispiel"
    return {"name": name, "id": f"{name}_{value}", "value": value, "label": label, "count": count, "checked": checked}


def _notices() -> list[dict[str, str]]:
    return [
        {
            "kind": "info",
            "title": "Dies ist keine Ausschreibung und kein Vergabeverfahren",
            "text": "Ihre Rückmeldung ist kein Angebot. Fragen und Antworten werden für alle veröffentlicht.",
        },
        {"kind": "success", "title": "Ihre Anmeldung ist bestätigt", "text": ""},
        {"kind": "warning", "title": "Diese Angaben wurden seit 14 Monaten nicht bestätigt", "text": ""},
        {
            "kind": "danger",
            "title": "Die Datei ist größer als 20 MB",
            "text": "Ihre Antworten sind gespeichert. Bitte laden Sie eine kleinere Datei hoch.",
        },
    ]


def _samples() -> dict[str, object]:
    return {
        "solutions": [
            _solution("Beispiel: Terminwald", "Termine im Bürgeramt buchen und absagen.", "usable", "nutzbar", "MIT"),
            _solution("Beispiel: Aktenfuchs", "Sucht in alten Akten.", "identified", "identifiziert"),
        ],
        "facet": {
            "label": "Handlungsfeld",
            "options": [
                _option("a", "Open Source", 23, checked=True),
                _option("b", "Künstliche Intelligenz", 17),
                _option("c", "Cloud", 9),
            ],
        },
        "stages": ["identified", "evaluating", "usable", "scaling", "retired"],
        "chain": [
            {"kind": "Bedarf", "state": "done", "text": "Weniger Wartezeit"},
            {"kind": "Markterkundung", "state": "done", "text": "Terminvergabe", "url": "/markterkundungen/"},
            {"kind": "Ausschreibung", "state": "missing"},
            {"kind": "Lösung", "state": "here", "text": "Beispiel: Terminwald"},
            {"kind": "Regionen", "state": "done", "text": "in 12 Kommunen", "url": "/regionen/"},
        ],
        "facts": [
            ("Lizenz", "MIT", "", "lizenz"),
            ("Träger", "Stadt Beispielstadt", "/mitglieder/"),
            ("Betrieb", "in der Cloud"),
        ],
        "bar": [
            {"way": "direct", "start": "0", "length": "250"},
            {"way": "regional", "start": "250", "length": "200"},
            {"way": "above", "start": "450", "length": "150"},
            {"way": "coming", "start": "600", "length": "100"},
        ],
        "headers": ["Region", "Stand", "seit"],
        "rows": [["Beispielstadt", "Produktivbetrieb", "Mai 2026"], ["Musterkreis", "Einführung", "November 2026"]],
        "events": [
            {"title": "Veröffentlicht", "at": datetime(2026, 10, 1, tzinfo=UTC), "state": "done"},
            {"title": "Fragen möglich", "at": datetime(2026, 11, 24, tzinfo=UTC), "state": "here"},
            {"title": "Rückmeldungen bis", "at": DUE, "text": "10 Uhr"},
        ],
        "spread": "in 34 Kommunen, nächste: Koblenz, 23 km",
        "badges": [
            ("success", "im Einsatz"),
            ("info", "in Einführung"),
            ("warning", "Frist endet bald"),
            ("danger", "zurückgezogen"),
            ("neutral", "geplant"),
        ],
        "notices": _notices(),
        "trail": [("Deutschland", "/regionen/de/"), ("Rheinland-Pfalz", "/regionen/07/")],
        "contact": {"name": "Team Terminwald", "organisation": "Stadt Beispielstadt", "email": "team@stadt.example"},
        "map_rows": [{"name": "Beispielstadt", "url": "/regionen/", "note": "Produktivbetrieb, bestätigt"}],
        "page": Paginator(range(200), 20).page(3),
        "due": DUE,
        "form": _SampleForm(),
        "place_form": _PlaceForm(auto_id="ort_%s"),
        "wrong_form": _SampleForm({"email": "keine Adresse"}, auto_id="falsch_%s"),
    }


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "govtech_portal/components.html", _samples())
