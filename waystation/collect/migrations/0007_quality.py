from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("collect", "0006_public_links")]

    operations = []
