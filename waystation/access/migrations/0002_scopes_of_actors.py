import django.utils.timezone
from django.db import migrations, models

import waystation.access.models


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.AddField(
            "actor",
            "scope",
            waystation.access.models.ScopeField(
                db_index=True,
                default="/",
                help_text="Who may manage it: those with the right over this path.",
                max_length=400,
            ),
        ),
        migrations.AddField(
            "actor",
            "made_at",
            models.DateTimeField(auto_now_add=True, default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            "key",
            "nth",
            models.PositiveIntegerField(
                help_text="Which of its actor's keys; those that can be shown again are worked out from it.", null=True
            ),
        ),
    ]
