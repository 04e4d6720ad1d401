from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0007_find_confirmations_that_end"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="solution",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__in", ["naehe", "vergleich"]), _negated=True),
                name="solution_slug_is_no_page",
                violation_error_message="Unter dieser Adresse steht schon eine andere Seite. Bitte ein anderes Kürzel.",
            ),
        ),
    ]
