import django.db.models.deletion
import django.db.models.functions.text
import waystation.access.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('collect', '0004_every_form_in_a_project'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EntityList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('scope', waystation.access.models.ScopeField(max_length=400)),
                ('needs_approval', models.BooleanField(default=False, help_text='Nothing is created before approval.')),
                ('owner_only', models.BooleanField(default=False, help_text='A phone carries only what it created itself.')),
                ('closed_by', models.JSONField(default=dict, help_text='The property and the value that close an entity: it leaves the phones.')),
                ('deleted_by', models.JSONField(default=dict, help_text='The property and the value that delete an entity.')),
                ('changes', models.PositiveBigIntegerField(default=0, help_text='Counts every change: phones fetch it again then.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(null=True)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entity_lists', to='collect.project')),
            ],
        ),
        migrations.CreateModel(
            name='Entity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.CharField(max_length=36)),
                ('label', models.TextField()),
                ('values', models.JSONField(default=dict, help_text='Texts by property.')),
                ('version', models.PositiveIntegerField(default=1)),
                ('scope', waystation.access.models.ScopeField(help_text='Which phones carry it: those that may send from there, or from a place inside.', max_length=400)),
                ('conflict', models.CharField(blank=True, choices=[('soft', 'Soft'), ('hard', 'Hard')], max_length=4)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entities', to='collect.entitylist')),
            ],
        ),
        migrations.CreateModel(
            name='EarlyChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.CharField(max_length=36)),
                ('said', models.JSONField(help_text='The change, as it was read from the submission.')),
                ('since', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collect.submission')),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collect.entitylist')),
            ],
        ),
        migrations.CreateModel(
            name='EntityProperty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('kind', models.CharField(default='string', help_text='The type of its values, as XForms name it.', max_length=20)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='properties', to='collect.entitylist')),
            ],
        ),
        migrations.CreateModel(
            name='EntityVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('label', models.TextField()),
                ('values', models.JSONField(default=dict)),
                ('received', models.JSONField(default=dict, help_text='What the change said; the rest is of the version before.')),
                ('base', models.PositiveIntegerField(help_text='The version that whoever made the change had before them.', null=True)),
                ('branch', models.CharField(blank=True, help_text='The changes of one phone while it was offline.', max_length=36)),
                ('trunk', models.PositiveIntegerField(help_text='The version that such a branch began at.', null=True)),
                ('branch_base', models.PositiveIntegerField(help_text='Which of its branch the phone says it builds on.', null=True)),
                ('conflict', models.CharField(blank=True, choices=[('soft', 'Soft'), ('hard', 'Hard')], max_length=4)),
                ('conflicting', models.JSONField(default=list, help_text='The properties that two changed to other values.')),
                ('source', models.CharField(blank=True, help_text='The file that many came from.', max_length=255)),
                ('agent', models.CharField(blank=True, max_length=255)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='collect.entity')),
                ('submission', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entity_versions', to='collect.submission')),
            ],
        ),
        migrations.CreateModel(
            name='FormList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('properties', models.JSONField(default=dict, help_text='Their kinds by name.')),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='collect.entitylist')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entity_lists', to='collect.formversion')),
            ],
        ),
        migrations.AddConstraint(
            model_name='entitylist',
            constraint=models.UniqueConstraint(models.F('project'), django.db.models.functions.text.Lower('name'), condition=models.Q(('deleted_at__isnull', True)), name='collect_one_list_a_name'),
        ),
        migrations.AddIndex(
            model_name='entity',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['list', '-id'], name='collect_entities'),
        ),
        migrations.AddIndex(
            model_name='entity',
            index=models.Index(fields=['list', 'scope'], name='collect_entities_at'),
        ),
        migrations.AddIndex(
            model_name='entity',
            index=models.Index(condition=models.Q(('conflict', ''), _negated=True), fields=['list', '-id'], name='collect_in_conflict'),
        ),
        migrations.AddConstraint(
            model_name='entity',
            constraint=models.UniqueConstraint(fields=('list', 'uuid'), name='collect_one_entity'),
        ),
        migrations.AddIndex(
            model_name='earlychange',
            index=models.Index(fields=['list', 'uuid'], name='collect_early'),
        ),
        migrations.AddConstraint(
            model_name='entityproperty',
            constraint=models.UniqueConstraint(fields=('list', 'name'), name='collect_one_property_a_name'),
        ),
        migrations.AddConstraint(
            model_name='entityversion',
            constraint=models.UniqueConstraint(fields=('entity', 'version'), name='collect_one_entity_version'),
        ),
        migrations.AddConstraint(
            model_name='formlist',
            constraint=models.UniqueConstraint(fields=('version', 'list'), name='collect_one_list_a_version'),
        ),
    ]
