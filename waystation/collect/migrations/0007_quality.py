from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('collect', '0006_public_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='submission',
            name='fingerprint',
            field=models.CharField(blank=True, help_text='Shared by those that say the same.', max_length=32),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(condition=models.Q(('fingerprint', ''), _negated=True), fields=['form', 'fingerprint'], name='collect_same_answers'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(condition=models.Q(('is_listed', True)), fields=['form', 'actor', '-id'], name='collect_by_sender'),
        ),
    ]
