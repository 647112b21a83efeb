import hashlib

from django.db import migrations


def into_projects(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Forms that are there belong to the installation's own project; their versions are published ones."""
    Project, Form, FormVersion = (apps.get_model("collect", name) for name in ("Project", "Form", "FormVersion"))
    submissions = apps.get_model("collect", "Submission").objects
    submissions.filter(state="rival").update(is_listed=False)
    submissions.filter(mapping__isnull=False).update(is_listed=False)
    if not Form.objects.exists():
        return
    project, _made = Project.objects.get_or_create(name="Waystation", defaults={"scope": "/"})
    Form.objects.update(project=project)
    Form.objects.filter(is_open=False).update(state="closed")
    for version in FormVersion.objects.select_related("form").iterator(10):
        version.made_by_id = version.published_by_id
        version.title, version.intake = version.form.title, version.form.intake
        version.sha256 = hashlib.sha256(version.xform.encode()).hexdigest()
        version.save(update_fields=["made_by", "title", "intake", "sha256"])


class Migration(migrations.Migration):
    dependencies = [("collect", "0002_projects_drafts_edits")]

    operations = [migrations.RunPython(into_projects, migrations.RunPython.noop)]
