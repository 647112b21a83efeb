from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("collect", "0005_entities")]

    operations = []
