from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("collect", "0007_quality")]

    operations = []
