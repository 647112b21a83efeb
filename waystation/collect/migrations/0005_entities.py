from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("collect", "0004_every_form_in_a_project")]

    operations = []
