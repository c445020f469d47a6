"""Every file in a store learns its store's project, some thousands of rows at a time.

The chunks of each are not counted anew: files that were ingested before show no number.
"""

from typing import Any

from django.db import migrations

SLICE = 10_000

FILL = """
UPDATE vectorstores_vectorstorefile AS file
   SET project_id = store.project_id, bulk = file.batch_id IS NOT NULL
  FROM vectorstores_vectorstore AS store
 WHERE store.id = file.vector_store_id AND file.project_id IS NULL
   AND file.id >= %s AND file.id < %s
"""


def fill(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute('SELECT coalesce(max(id), 0) FROM vectorstores_vectorstorefile')
        (last,) = cursor.fetchone()
        for start in range(0, last + 1, SLICE):
            cursor.execute(FILL, [start, start + SLICE])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('vectorstores', '0006_turns_and_progress'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
