"""An index of the files that have warnings, built while the service runs."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("vectorstores", "0004_file_warnings")]

    operations = [
        AddIndexConcurrently(
            model_name="vectorstorefile",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("status", "completed"), ("warnings__isnull", False)),
                fields=["id"],
                name="store_file_warnings",
            ),
        ),
    ]
