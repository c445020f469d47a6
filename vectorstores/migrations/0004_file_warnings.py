"""A column for the warnings about a file."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vectorstores", "0003_indexes_and_reembeddings")]

    operations = [
        migrations.AddField(
            model_name="vectorstorefile",
            name="warnings",
            field=models.JSONField(editable=False, null=True),
        ),
    ]
