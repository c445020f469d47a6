"""The index that finds files whose terms are to be made, built while the table is in use.

Made again wherever `terms.VERSION` is raised, which its condition names.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("vectorstores", "0010_chunk_terms")]

    operations = [
        # What is left of a build that was interrupted has the name, and is of no use.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS store_file_terms_to_make", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="vectorstorefile",
            index=models.Index(condition=models.Q(("terms_version__lt", 1), ("usage_bytes__gt", 0)), fields=["id"], name="store_file_terms_to_make"),
        ),
    ]
