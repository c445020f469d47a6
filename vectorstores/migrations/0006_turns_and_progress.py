"""Files are taken in turn by project, tell how far they are, and chunks know their heading.

Columns only, which takes a moment: none is filled, and their defaults are constants.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('vectorstores', '0005_no_index_twice'),
    ]

    operations = [
        migrations.RemoveField(model_name='vectorstorefile', name='nudged_at'),
        migrations.AddField(
            model_name='vectorstorefile',
            name='project',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='vectorstores.project'),
        ),
        migrations.AddField(
            model_name='vectorstorefile',
            name='bulk',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='vectorstorefile',
            name='claimed_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='vectorstorefile',
            name='stage',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('parsing', 'Parsing'), ('embedding', 'Embedding'), ('publishing', 'Publishing')], default='waiting', max_length=10),
        ),
        migrations.AddField(
            model_name='vectorstorefile',
            name='chunks_done',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='vectorstorefile',
            name='chunks_total',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='vectorstorefile',
            name='fingerprint',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='chunk',
            name='heading',
            field=models.TextField(null=True),
        ),
    ]
