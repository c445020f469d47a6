"""Counts are read from an index that has all they need, built while the table is in use."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('vectorstores', '0003_uploads'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='vectorstorefile',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['vector_store'], include=('status', 'usage_bytes', 'file'), name='store_file_counts'),
        ),
    ]
