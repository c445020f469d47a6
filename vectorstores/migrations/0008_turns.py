"""The indexes that taking files in turn reads, built while the table is in use."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

TABLE = 'vectorstores_vectorstorefile'
CHECK = 'store_file_has_project'


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
        # A check that is there already spares NOT NULL its look at every row under a lock.
        migrations.RunSQL(
            [
                f'ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {CHECK}',
                f'ALTER TABLE {TABLE} ADD CONSTRAINT {CHECK} CHECK (project_id IS NOT NULL) NOT VALID',
                f'ALTER TABLE {TABLE} VALIDATE CONSTRAINT {CHECK}',
            ],
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name='vectorstorefile',
            name='project',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='vectorstores.project'),
        ),
        migrations.RunSQL(f'ALTER TABLE {TABLE} DROP CONSTRAINT {CHECK}', migrations.RunSQL.noop),
        *add_index(models.Index(condition=models.Q(('due_at__isnull', False), ('status', 'in_progress')), fields=['bulk', 'project', 'due_at'], name='store_file_turn')),
        *add_index(models.Index(condition=models.Q(('claimed_at__isnull', False)), fields=['project'], name='store_file_in_hand')),
        *add_index(models.Index(condition=models.Q(('fingerprint__isnull', False), ('status', 'completed')), fields=['fingerprint'], name='store_file_known')),
        RemoveIndexConcurrently(model_name='vectorstorefile', name='store_file_due'),
    ]
