"""Changes of a store's embedding model."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

STATES = [('embedding', 'Embedding'), ('indexing', 'Indexing'), ('switched', 'Switched'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')]


class Migration(migrations.Migration):
    dependencies = [
        ('vectorstores', '0012_store_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reembedding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.TextField()),
                ('dimensions', models.PositiveSmallIntegerField()),
                ('generation', models.PositiveSmallIntegerField()),
                ('old_model', models.TextField()),
                ('old_dimensions', models.PositiveSmallIntegerField()),
                ('old_generation', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=STATES, default='embedding', max_length=9)),
                ('error', models.TextField(blank=True)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ('claimed_at', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('finished_at', models.DateTimeField(editable=False, null=True)),
                ('vector_store', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reembeddings', to='vectorstores.vectorstore')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['vector_store', 'id'], name='reembedding_page'),
                    models.Index(condition=models.Q(('finished_at', None)), fields=['due_at'], name='reembedding_due'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('finished_at', None)), fields=('vector_store',), name='one_reembedding_at_a_time'),
                ],
            },
        ),
    ]
