"""The three large tables and the lexicon. SQL creates them, since Django cannot declare partitions.

Sixteen hash partitions keep each table's indexes small enough to build and vacuum one at a time.
None has a foreign key, because a constraint would look up the store and the file of every row that
COPY writes, and the purge deletes these rows before their store and file.

The embedding column has no dimensions, because each store has its own, and index expressions cast.
STORAGE PLAIN keeps vectors in the row, which makes an exact scan three times as fast.

A row of terms stays in its page if it fits, and is moved out uncompressed if not, because searching
without decompression is worth the space. PLAIN, as for vectors, would refuse a chunk of 4,096
tokens.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgvector.django
from django.db import migrations, models

PARTITIONS = 16

CHUNK = """
CREATE TABLE chunk (
    vector_store_id uuid NOT NULL,
    store_file_id bigint NOT NULL,
    position integer NOT NULL,
    start integer NOT NULL,
    tokens integer NOT NULL,
    page integer,
    heading text,
    text text NOT NULL,
    PRIMARY KEY (vector_store_id, store_file_id, position)
) PARTITION BY HASH (vector_store_id)
"""

CHUNK_EMBEDDING = """
CREATE TABLE chunk_embedding (
    vector_store_id uuid NOT NULL,
    store_file_id bigint NOT NULL,
    position integer NOT NULL,
    generation smallint NOT NULL,
    embedding halfvec NOT NULL,
    PRIMARY KEY (vector_store_id, generation, store_file_id, position)
) PARTITION BY HASH (vector_store_id)
"""

CHUNK_TERMS = """
CREATE TABLE chunk_terms (
    vector_store_id uuid NOT NULL,
    store_file_id bigint NOT NULL,
    position integer NOT NULL,
    terms integer[] NOT NULL,
    weights sparsevec NOT NULL,
    PRIMARY KEY (vector_store_id, store_file_id, position)
) PARTITION BY HASH (vector_store_id)
"""

# Executed before the partitions are created, because they inherit it.
PLAIN = "ALTER TABLE chunk_embedding ALTER COLUMN embedding SET STORAGE PLAIN"
UNCOMPRESSED = """
ALTER TABLE chunk_terms ALTER COLUMN terms SET STORAGE EXTERNAL,
                        ALTER COLUMN weights SET STORAGE EXTERNAL
"""

# Set for each partition, because they do not inherit it.
WHOLE_ROWS = " WITH (toast_tuple_target = 8160)"


def partitions(table: str, options: str = "") -> list[str]:
    return [
        f"CREATE TABLE {table}_{number:02} PARTITION OF {table} "
        f"FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {number}){options}"
        for number in range(PARTITIONS)
    ]


class Migration(migrations.Migration):
    dependencies = [("vectorstores", "0001_initial")]

    operations = [
        pgvector.django.VectorExtension(),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL([CHUNK, *partitions("chunk")], "DROP TABLE chunk"),
                migrations.RunSQL([CHUNK_EMBEDDING, PLAIN, *partitions("chunk_embedding")], "DROP TABLE chunk_embedding"),
                migrations.RunSQL([CHUNK_TERMS, UNCOMPRESSED, *partitions("chunk_terms", WHOLE_ROWS)], "DROP TABLE chunk_terms"),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Chunk",
                    fields=[
                        ("pk", models.CompositePrimaryKey("vector_store_id", "store_file_id", "position", blank=True, editable=False, primary_key=True, serialize=False)),
                        ("vector_store_id", models.UUIDField()),
                        ("store_file_id", models.BigIntegerField()),
                        ("position", models.IntegerField()),
                        ("start", models.IntegerField()),
                        ("tokens", models.IntegerField()),
                        ("page", models.IntegerField(null=True)),
                        ("heading", models.TextField(null=True)),
                        ("text", models.TextField()),
                    ],
                    options={"db_table": "chunk", "ordering": ("vector_store_id", "store_file_id", "position")},
                ),
                migrations.CreateModel(
                    name="ChunkEmbedding",
                    fields=[
                        ("pk", models.CompositePrimaryKey("vector_store_id", "generation", "store_file_id", "position", blank=True, editable=False, primary_key=True, serialize=False)),
                        ("vector_store_id", models.UUIDField()),
                        ("generation", models.SmallIntegerField()),
                        ("store_file_id", models.BigIntegerField()),
                        ("position", models.IntegerField()),
                        ("embedding", pgvector.django.HalfVectorField()),
                    ],
                    options={"db_table": "chunk_embedding"},
                ),
                migrations.CreateModel(
                    name="ChunkTerms",
                    fields=[
                        ("pk", models.CompositePrimaryKey("vector_store_id", "store_file_id", "position", blank=True, editable=False, primary_key=True, serialize=False)),
                        ("vector_store_id", models.UUIDField()),
                        ("store_file_id", models.BigIntegerField()),
                        ("position", models.IntegerField()),
                        ("terms", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                        ("weights", pgvector.django.SparseVectorField()),
                    ],
                    options={"db_table": "chunk_terms"},
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lexicon",
            fields=[
                ("vector_store", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+", serialize=False, to="vectorstores.vectorstore")),
                ("chunks", models.IntegerField()),
                ("sampled", models.IntegerField()),
                ("data", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
    ]
