"""The indexes that taking files in turn reads, built while the table is in use.

From here on a file has its project, as far as this release writes it. The column stays nullable,
because the release before knows nothing of it and runs until it is replaced; a later release can
make it NOT NULL.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.migrations.operations.base import Operation


def add_index(index: models.Index) -> list[Operation]:
    """Built anew: what is left of a build that was interrupted has the name, and is of no use."""
    return [
        migrations.RunSQL(f'DROP INDEX CONCURRENTLY IF EXISTS {index.name}', migrations.RunSQL.noop),
        AddIndexConcurrently(model_name='vectorstorefile', index=index),
    ]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('vectorstores', '0007_fill_projects'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='vectorstorefile',
                    name='project',
                    field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='vectorstores.project'),
                ),
            ],
        ),
        *add_index(models.Index(condition=models.Q(('due_at__isnull', False), ('status', 'in_progress')), fields=['bulk', 'project', 'due_at'], name='store_file_turn')),
        *add_index(models.Index(condition=models.Q(('claimed_at__isnull', False)), fields=['project'], name='store_file_in_hand')),
        *add_index(models.Index(condition=models.Q(('fingerprint__isnull', False), ('status', 'completed')), fields=['fingerprint'], name='store_file_known')),
        *add_index(models.Index(condition=models.Q(('project__isnull', True)), fields=['id'], name='store_file_to_adopt')),
        RemoveIndexConcurrently(model_name='vectorstorefile', name='store_file_due'),
    ]
