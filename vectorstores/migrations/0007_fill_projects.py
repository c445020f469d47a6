"""Every file in a store learns its store's project, some thousands of rows at a time.

Rows that somebody has locked are left out, so that this waits for nobody. Those, and what the
release before attaches until its processes are replaced, are filled by the sweep of the new one
(`upkeep.adopt`). The chunks of each are not counted anew: files that were ingested before show no number.
"""

from typing import Any

from django.db import migrations

SLICE = 10_000

FILL = """
WITH free AS (
    SELECT id
      FROM vectorstores_vectorstorefile
     WHERE project_id IS NULL AND id >= %s AND id < %s
       FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE vectorstores_vectorstorefile AS file
   SET project_id = store.project_id, bulk = file.batch_id IS NOT NULL
  FROM free, vectorstores_vectorstore AS store
 WHERE file.id = free.id AND store.id = file.vector_store_id
"""


def fill(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute('SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM vectorstores_vectorstorefile')
        first, last = cursor.fetchone()
        for start in range(first, last + 1, SLICE):
            cursor.execute(FILL, [start, start + SLICE])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('vectorstores', '0006_turns_and_progress'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
