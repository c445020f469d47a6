"""Files are taken in turn by project, and tell how far they are.

Columns only, which takes a moment: none is filled, their defaults are constants, and no check
reads the rows. What the release before sends goes on working, since its processes run until they
are replaced: defaults are the database's own, `project_id` may be null (0007 says who fills it),
and `nudged_at`, which only that release knows, keeps its column. A later release drops it.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('vectorstores', '0005_no_index_twice'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name='vectorstorefile', name='nudged_at'),
            ],
        ),
        migrations.AddField(
            model_name='vectorstorefile',
            name='project',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='vectorstores.project'),
        ),
        migrations.AddField(
            model_name='vectorstorefile',
            name='bulk',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='vectorstorefile',
            name='claimed_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='vectorstorefile',
            name='stage',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('parsing', 'Parsing'), ('embedding', 'Embedding'), ('publishing', 'Publishing')], db_default='waiting', default='waiting', max_length=10),
        ),
        migrations.AddField(
            model_name='vectorstorefile',
            name='chunks_done',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='vectorstorefile',
            name='chunks_total',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='vectorstorefile',
            name='fingerprint',
            field=models.UUIDField(editable=False, null=True),
        ),
    ]
