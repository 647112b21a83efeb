import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('collect', '0005_entities'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('once', models.BooleanField(default=False, help_text='Whether it takes one submission only.')),
                ('taken', models.CharField(blank=True, help_text='The hash of that one submission, once it came.', max_length=64)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('actor', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='collect.form')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255)),
                ('agent', models.CharField(blank=True, max_length=255)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('submissions', models.PositiveIntegerField(default=0)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to='collect.project')),
            ],
            options={
                'indexes': [models.Index(fields=['project', '-last_at'], name='collect_devices_seen')],
                'constraints': [models.UniqueConstraint(fields=('project', 'actor', 'name'), name='collect_one_device')],
            },
        ),
    ]
