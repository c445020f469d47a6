from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vectorstores", "0010_chunk_terms")]

    operations: list[migrations.operations.base.Operation] = []
