"""Foreign keys lose an index that another one begins with, while the tables are in use.

Django would make each foreign key anew for this, and check every row of the table.
"""

import django.db.models.deletion
from django.db import migrations, models

# As Django named them; a row each: index, table, column.
INDEXES = [
    ('vectorstores_file_project_id_ac1b16c3', 'vectorstores_file', 'project_id'),
    ('vectorstores_filebatch_vector_store_id_5b7005cb', 'vectorstores_filebatch', 'vector_store_id'),
    ('vectorstores_vectorstore_project_id_ee10eb1f', 'vectorstores_vectorstore', 'project_id'),
    ('vectorstores_vectorstorefile_batch_id_21df6608', 'vectorstores_vectorstorefile', 'batch_id'),
    ('vectorstores_vectorstorefile_vector_store_id_6bcf09c7', 'vectorstores_vectorstorefile', 'vector_store_id'),
]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('vectorstores', '0004_store_file_counts'),
    ]

    operations = [
        *(
            migrations.RunSQL(
                f'DROP INDEX CONCURRENTLY IF EXISTS {index}',
                f'CREATE INDEX CONCURRENTLY IF NOT EXISTS {index} ON {table} ({column})',
            )
            for index, table, column in INDEXES
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='file',
                    name='project',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='files', to='vectorstores.project'),
                ),
                migrations.AlterField(
                    model_name='filebatch',
                    name='vector_store',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='batches', to='vectorstores.vectorstore'),
                ),
                migrations.AlterField(
                    model_name='vectorstore',
                    name='project',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='vector_stores', to='vectorstores.project'),
                ),
                migrations.AlterField(
                    model_name='vectorstorefile',
                    name='batch',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='store_files', to='vectorstores.filebatch'),
                ),
                migrations.AlterField(
                    model_name='vectorstorefile',
                    name='vector_store',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='store_files', to='vectorstores.vectorstore'),
                ),
            ],
        ),
    ]
