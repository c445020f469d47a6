"""The index of which files of a store have chunks is in the order of their keys, so that whoever
changes a store's embedding model can go from one file to the next.

It takes the place of one without an order, and is built while the table is in use.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('vectorstores', '0013_reembeddings'),
    ]

    operations = [
        # Built anew: what is left of a build that was interrupted has the name, and is of no use.
        migrations.RunSQL('DROP INDEX CONCURRENTLY IF EXISTS store_file_with_chunks', migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name='vectorstorefile',
            index=models.Index(condition=models.Q(('usage_bytes__gt', 0)), fields=['vector_store', 'id'], name='store_file_with_chunks'),
        ),
        RemoveIndexConcurrently(model_name='vectorstorefile', name='store_file_chunks'),
    ]
