"""The queue of search indexes, a view of those that exist, and changes of a store's embedding model.

No migration creates the indexes themselves, because each belongs to one store and is built and
dropped while the service runs.
"""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

CASCADE = django.db.models.deletion.CASCADE

STATES = [("embedding", "Embedding"), ("indexing", "Indexing"), ("switched", "Switched"), ("done", "Done"), ("failed", "Failed"), ("cancelled", "Cancelled")]

# REINDEX CONCURRENTLY builds another index, whose name ends in _ccnew, and swaps the two.
# For an HNSW index, Postgres reports the vectors that are in it so far, for others the pages read.
VIEW = """
CREATE VIEW store_index AS
WITH existing AS (
    SELECT CASE WHEN index.relname LIKE 'hnsw%' THEN 'vector' ELSE 'text' END AS kind,
           substring(index.relname FROM '_([0-9a-f]{32})')::uuid AS vector_store_id,
           coalesce(substring(index.relname FROM '^hnsw_[0-9a-f]{32}_([0-9]+)$')::smallint, 0::smallint)
               AS generation,
           leaf.relname::text AS partition,
           pg_index.indisvalid AS is_valid,
           pg_relation_size(index.oid) AS bytes,
           progress.phase, progress.tuples_done, progress.blocks_done, progress.blocks_total
      FROM pg_index
      JOIN pg_class AS index ON index.oid = pg_index.indexrelid
      JOIN pg_class AS leaf ON leaf.oid = pg_index.indrelid
      LEFT JOIN LATERAL (
           SELECT p.*
             FROM pg_stat_progress_create_index AS p
             JOIN pg_class AS built ON built.oid = p.index_relid
            WHERE p.relid = leaf.oid AND split_part(built.relname, '_cc', 1) = index.relname
            LIMIT 1) AS progress ON true
     WHERE index.relname ~ '^(hnsw_[0-9a-f]{32}_[0-9]{1,5}|gin_[0-9a-f]{32})$'
       AND leaf.relname ~ '^chunk_(embedding|terms)_[0-9]+$'
       AND pg_table_is_visible(index.oid)
), wanted AS (
    SELECT kind, vector_store_id, generation, chunks, due_at, error, refused
      FROM index_build
     WHERE finished_at IS NULL
), built AS (
    SELECT DISTINCT ON (kind, vector_store_id, generation)
           kind, vector_store_id, generation, chunks, began_at, finished_at
      FROM index_build
     WHERE finished_at IS NOT NULL
     ORDER BY kind, vector_store_id, generation, finished_at DESC
)
SELECT CASE kind WHEN 'vector' THEN 'hnsw_' || replace(vector_store_id::text, '-', '') || '_' || generation
                 ELSE 'gin_' || replace(vector_store_id::text, '-', '') END AS name,
       kind, vector_store_id, generation,
       existing.partition, existing.is_valid, existing.bytes,
       built.began_at AS built_at, built.chunks AS built_chunks,
       built.finished_at - built.began_at AS build_time,
       wanted.chunks, wanted.due_at, wanted.error, wanted.refused,
       existing.phase,
       CASE WHEN existing.tuples_done > 0
            THEN least(100, 100 * existing.tuples_done / nullif(wanted.chunks, 0))
            ELSE 100 * existing.blocks_done / nullif(existing.blocks_total, 0) END::int AS percent
  FROM existing
  FULL JOIN wanted USING (kind, vector_store_id, generation)
  LEFT JOIN built USING (kind, vector_store_id, generation)
"""


class Migration(migrations.Migration):
    dependencies = [("vectorstores", "0002_chunks")]

    operations = [
        migrations.CreateModel(
            name="IndexBuild",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ("vector_store", models.ForeignKey(on_delete=CASCADE, related_name="index_builds", to="vectorstores.vectorstore")),
                ("kind", models.CharField(choices=[("vector", "Vector"), ("text", "Text")], max_length=6)),
                ("generation", models.SmallIntegerField()),
                ("dimensions", models.SmallIntegerField()),
                ("chunks", models.IntegerField()),
                ("rebuild", models.BooleanField(default=False)),
                ("began_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True)),
                ("refused", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "index_build",
                "indexes": [models.Index(condition=models.Q(("finished_at", None)), fields=["due_at"], name="index_build_due")],
                "constraints": [models.UniqueConstraint(condition=models.Q(("finished_at", None)), fields=("vector_store", "kind", "generation"), name="one_open_index_build")],
            },
        ),
        migrations.CreateModel(
            name="StoreIndex",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("kind", models.TextField(choices=[("vector", "Vector"), ("text", "Text")])),
                ("generation", models.SmallIntegerField()),
                ("partition", models.TextField(null=True)),
                ("is_valid", models.BooleanField(null=True)),
                ("bytes", models.BigIntegerField(null=True)),
                ("built_at", models.DateTimeField(null=True)),
                ("built_chunks", models.IntegerField(null=True)),
                ("build_time", models.DurationField(null=True)),
                ("chunks", models.IntegerField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("error", models.TextField(null=True)),
                ("refused", models.BooleanField(null=True)),
                ("phase", models.TextField(null=True)),
                ("percent", models.IntegerField(null=True)),
                ("vector_store", models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name="indexes", to="vectorstores.vectorstore")),
            ],
            options={"db_table": "store_index", "managed": False, "verbose_name": "search index", "verbose_name_plural": "search indexes"},
        ),
        migrations.RunSQL(VIEW, "DROP VIEW store_index"),
        migrations.CreateModel(
            name="Reembedding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ("claimed_at", models.DateTimeField(editable=False, null=True)),
                ("vector_store", models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="reembeddings", to="vectorstores.vectorstore")),
                ("model", models.TextField()),
                ("dimensions", models.PositiveSmallIntegerField()),
                ("generation", models.PositiveSmallIntegerField()),
                ("old_model", models.TextField()),
                ("old_dimensions", models.PositiveSmallIntegerField()),
                ("old_generation", models.PositiveSmallIntegerField()),
                ("state", models.CharField(choices=STATES, default="embedding", max_length=9)),
                ("error", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("finished_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "re-embedding",
                "constraints": [models.UniqueConstraint(condition=models.Q(("finished_at", None)), fields=("vector_store",), name="one_reembedding_at_a_time")],
                "indexes": [
                    models.Index(fields=["vector_store", "id"], name="reembedding_page"),
                    models.Index(condition=models.Q(("finished_at", None)), fields=["due_at"], name="reembedding_due"),
                ],
            },
        ),
    ]
