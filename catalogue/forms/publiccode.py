"""What staff give to be taken over: addresses of the net, or one file."""

import codecs
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from catalogue.publiccode.reading import MOST_BYTES
from members.outbound import AddressRefused, check_url

MOST_ADDRESSES = 5  # each is fetched while the person waits


class PubliccodeForm(forms.Form):
    addresses = forms.CharField(
        label="Adressen",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text="Repositorium oder Datei, eine Adresse je Zeile, höchstens fünf. Diese Dateien prüft das Portal "
        "danach jede Nacht auf Änderungen.",
    )
    upload = forms.FileField(label="oder eine Datei", required=False, help_text="publiccode.yml")
    name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    text = forms.CharField(required=False, max_length=MOST_BYTES, strip=False, widget=forms.HiddenInput)

    def clean_addresses(self) -> list[str]:
        addresses = list(dict.fromkeys(self.cleaned_data["addresses"].split()))
        if len(addresses) > MOST_ADDRESSES:
            raise ValidationError(f"Bitte geben Sie höchstens {MOST_ADDRESSES} Adressen an.")
        for address in addresses:
            try:
                check_url(address)
            except AddressRefused as refused:
                raise ValidationError(f"{address[:100]}: {refused}") from refused
        return addresses

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not (data.get("addresses") or data.get("upload") or data.get("text")):
            raise ValidationError("Bitte geben Sie eine Adresse an oder wählen Sie eine Datei.")
        return data

    def file(self) -> tuple[str, bytes] | None:
        """Name and content of the file that was chosen now or shown before; never more than is read anyway.

        Browsers send other ends of lines back than they got, so both are read with the same ones.
        """
        upload = self.cleaned_data["upload"]
        if upload:
            return str(upload.name)[:200], _one_spelling(upload.read(MOST_BYTES + 1))
        if self.cleaned_data["text"]:
            return self.cleaned_data["name"], _one_spelling(self.cleaned_data["text"].encode())
        return None


def _one_spelling(raw: bytes) -> bytes:
    return raw.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")
