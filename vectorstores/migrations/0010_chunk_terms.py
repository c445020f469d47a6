from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vectorstores", "0009_chunk_headings")]

    operations: list[migrations.operations.base.Operation] = []
