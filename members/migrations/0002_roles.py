from django.db import migrations

ROLES = ("Redaktion", "Freigabe", "Vergabe", "Leitung")


def create(apps, schema_editor):
    for name in ROLES:
        apps.get_model("auth", "Group").objects.get_or_create(name=name)


class Migration(migrations.Migration):
    """The roles of the campus team are groups; what they may do is in govtech_portal/roles.py."""

    dependencies = [("members", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
