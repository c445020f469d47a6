"""Chunks have terms, by which words find them, and stores a lexicon that says how rare each is.

The table is made like those of 0002. A row stays whole in its page while it fits, and what does not
is moved out uncompressed: that a search unpacks no row is worth the room. PLAIN, as vectors have
it, would refuse a chunk of 4,096 tokens.

Nothing is filled here. What the release before sends goes on working, since its processes run until
they are replaced: it writes chunks without terms and says so by leaving `terms_version` at 0; the
new release makes them (`upkeep.make_missing_terms`). The lexicon has no constraint to its store, which
would lock that table while this transaction has locked another.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgvector.django
from django.db import migrations, models

PARTITIONS = 16

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

# before the partitions, which inherit it
UNCOMPRESSED = """
ALTER TABLE chunk_terms ALTER COLUMN terms SET STORAGE EXTERNAL,
                        ALTER COLUMN weights SET STORAGE EXTERNAL
"""

# which partitions do not inherit
PARTITION = """
CREATE TABLE chunk_terms_{number:02} PARTITION OF chunk_terms
   FOR VALUES WITH (MODULUS {of}, REMAINDER {number}) WITH (toast_tuple_target = 8160)
"""


class Migration(migrations.Migration):
    dependencies = [("vectorstores", "0009_chunk_headings")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        CHUNK_TERMS,
                        UNCOMPRESSED,
                        *(PARTITION.format(number=number, of=PARTITIONS) for number in range(PARTITIONS)),
                    ],
                    "DROP TABLE chunk_terms",
                ),
            ],
            state_operations=[
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
                ("vector_store", models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+", serialize=False, to="vectorstores.vectorstore")),
                ("chunks", models.IntegerField()),
                ("sampled", models.IntegerField()),
                ("data", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="vectorstorefile",
            name="terms_version",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
    ]
