from django.db import migrations

from catalogue.search.query import keys_of
from catalogue.search.synonyms import first_synonyms


def fill(apps, schema_editor):
    """What a new portal begins with; from here on the table is kept in the admin."""
    synonym = apps.get_model('catalogue', 'Synonym')
    synonym.objects.bulk_create(
        synonym(words=group.words, narrower=group.narrower, keys=keys_of(group.words)) for group in first_synonyms()
    )


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0005_find_solutions_by_german_words'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
