"""Counts are read from an index that has all they need, built while the table is in use."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('vectorstores', '0003_uploads'),
    ]

    operations = [
        # What is left of a build that was interrupted has the name, and is of no use.
        migrations.RunSQL('DROP INDEX CONCURRENTLY IF EXISTS store_file_counts', migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name='vectorstorefile',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['vector_store'], include=('status', 'usage_bytes', 'file'), name='store_file_counts'),
        ),
    ]
