"""The sections of the revision's form, the same as those of the comparison."""

from catalogue.comparison import SECTIONS
from catalogue.forms.revisions import FORMSETS, RevisionForm

_WORK = ("Zu dieser Fassung", {"fields": RevisionForm.WORK})
_CONTENT = [(title, {"fields": fields}) for title, fields in SECTIONS if not set(fields) & set(FORMSETS)]

REVISION_SECTIONS = [*_CONTENT, _WORK]
NEW_SOLUTION_SECTIONS = [("Adresse der Lösung", {"fields": ("slug",)}), *REVISION_SECTIONS]
