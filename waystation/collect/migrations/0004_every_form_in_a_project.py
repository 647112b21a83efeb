import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collect", "0003_forms_into_projects")]

    operations = [
        migrations.RemoveField("form", "is_open"),
        migrations.AlterField(
            "form",
            "project",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="forms", to="collect.project"
            ),
        ),
        migrations.AlterField(
            "formversion",
            "made_by",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]
