"""Foreign keys lose an index that another one begins with. Dropping one takes a moment's lock."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('vectorstores', '0004_store_file_counts'),
    ]

    operations = [
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
    ]
