from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("collect", "0009_encryption")]

    operations = []
