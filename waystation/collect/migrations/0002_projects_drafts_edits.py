import django.db.models.deletion
import django.utils.timezone
import waystation.access.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('collect', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.TextField()),
                ('made_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('instance', models.CharField(max_length=160)),
                ('version', models.CharField(max_length=100)),
                ('body', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('received_at', models.DateTimeField()),
                ('instance_name', models.CharField(blank=True, max_length=255)),
                ('device', models.CharField(blank=True, max_length=255)),
                ('agent', models.CharField(blank=True, max_length=255)),
            ],
        ),
        migrations.CreateModel(
            name='FormFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255)),
                ('kind', models.CharField(choices=[('image', 'Image'), ('audio', 'Audio'), ('video', 'Video'), ('file', 'File')], default='file', max_length=10)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('md5', models.CharField(blank=True, max_length=32)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('updated_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('description', models.TextField(blank=True)),
                ('scope', waystation.access.models.ScopeField(db_index=True, max_length=400)),
                ('is_archived', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(null=True)),
                ('deleted_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='formversion',
            name='collect_one_form_a_version',
        ),
        migrations.RemoveConstraint(
            model_name='submission',
            name='collect_one_instance',
        ),
        migrations.RemoveConstraint(
            model_name='submission',
            name='collect_one_content',
        ),
        migrations.AddField(
            model_name='form',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='form',
            name='deleted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='form',
            name='state',
            field=models.CharField(choices=[('open', 'Open'), ('closing', 'off the list, still taken'), ('closed', 'Closed')], default='open', max_length=10),
        ),
        migrations.AddField(
            model_name='form',
            name='updated_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='formversion',
            name='draft_key',
            field=models.CharField(blank=True, db_index=True, help_text='Opens a draft to phones.', max_length=64),
        ),
        migrations.AddField(
            model_name='formversion',
            name='intake',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='formversion',
            name='made_at',
            field=models.DateTimeField(auto_now_add=True, default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='formversion',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='formversion',
            name='sha256',
            field=models.CharField(default='', help_text='Of the XForm.', max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='formversion',
            name='title',
            field=models.CharField(blank=True, max_length=250),
        ),
        migrations.AddField(
            model_name='submission',
            name='agent',
            field=models.CharField(blank=True, help_text='The program that sent it.', max_length=255),
        ),
        migrations.AddField(
            model_name='submission',
            name='answers',
            field=models.TextField(help_text='What it says, as JSON by group and question; empty until it is read.', null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='current',
            field=models.CharField(blank=True, help_text='The id of the content that counts, once it was edited.', max_length=160),
        ),
        migrations.AddField(
            model_name='submission',
            name='deleted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='device',
            field=models.CharField(blank=True, help_text='What the phone calls itself.', max_length=255),
        ),
        migrations.AddField(
            model_name='submission',
            name='draft',
            field=models.ForeignKey(help_text='The draft it tries.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collect.formversion'),
        ),
        migrations.AddField(
            model_name='submission',
            name='edited_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='submission',
            name='edits',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='submission',
            name='is_listed',
            field=models.BooleanField(default=True, help_text='Whether tables show it: no sheet, trial or rival, and not deleted.'),
        ),
        migrations.AddField(
            model_name='submission',
            name='instance_name',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name='submission',
            name='review',
            field=models.CharField(blank=True, choices=[('edited', 'Edited'), ('hasIssues', 'has issues'), ('rejected', 'Rejected'), ('approved', 'Approved')], max_length=10),
        ),
        migrations.AddField(
            model_name='submission',
            name='updated_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='form',
            name='form_id',
            field=models.CharField(max_length=100),
        ),
        migrations.AlterField(
            model_name='formversion',
            name='definition',
            field=models.BinaryField(help_text='As it was given: a spreadsheet, a Markdown table, or an XForm.'),
        ),
        migrations.AlterField(
            model_name='formversion',
            name='published_at',
            field=models.DateTimeField(help_text='Empty: a draft.', null=True),
        ),
        migrations.AlterField(
            model_name='formversion',
            name='published_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='formversion',
            name='version',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(condition=models.Q(('is_listed', True)), fields=['form', '-id'], name='collect_listed'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(condition=models.Q(('current', ''), _negated=True), fields=['current'], name='collect_current'),
        ),
        migrations.AddConstraint(
            model_name='formversion',
            constraint=models.UniqueConstraint(condition=models.Q(('published_at__isnull', False)), fields=('form', 'version'), name='collect_one_form_a_version'),
        ),
        migrations.AddConstraint(
            model_name='formversion',
            constraint=models.UniqueConstraint(condition=models.Q(('published_at__isnull', True)), fields=('form',), name='collect_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(condition=models.Q(('draft__isnull', True), ('state__in', ['waiting', 'filed', 'held'])), fields=('instance', 'form'), name='collect_one_instance'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(condition=models.Q(('draft__isnull', True)), fields=('instance', 'sha256', 'form'), name='collect_one_content'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(condition=models.Q(('draft__isnull', False)), fields=('instance', 'draft'), name='collect_one_trial'),
        ),
        migrations.AddField(
            model_name='comment',
            name='actor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='comment',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='collect.submission'),
        ),
        migrations.AddField(
            model_name='edition',
            name='actor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='edition',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='editions', to='collect.submission'),
        ),
        migrations.AddField(
            model_name='formfile',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='collect.formversion'),
        ),
        migrations.AddField(
            model_name='form',
            name='project',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='forms', to='collect.project'),
        ),
        migrations.AddConstraint(
            model_name='form',
            constraint=models.UniqueConstraint(condition=models.Q(('deleted_at__isnull', True)), fields=('project', 'form_id'), name='collect_one_form_id'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(fields=('submission', 'instance'), name='collect_one_edition'),
        ),
        migrations.AddConstraint(
            model_name='formfile',
            constraint=models.UniqueConstraint(fields=('version', 'name'), name='collect_one_form_file_a_name'),
        ),
    ]

