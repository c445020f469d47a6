from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vectorstores", "0011_terms_to_make")]

    operations: list[migrations.operations.base.Operation] = []
