"""Chunks know their heading.

By itself, because whoever publishes locks files and then chunks: a migration that changed both
tables in one transaction could end in a deadlock with that.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('vectorstores', '0008_turns'),
    ]

    operations = [
        migrations.AddField(
            model_name='chunk',
            name='heading',
            field=models.TextField(null=True),
        ),
    ]
