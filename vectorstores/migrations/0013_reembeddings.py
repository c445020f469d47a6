from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vectorstores", "0012_store_indexes")]

    operations: list[migrations.operations.base.Operation] = []
