"""Projects, API keys, files, uploads, and vector stores with their files.

A foreign key that another index begins with has no index of its own.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
import vectorstores.ids
import vectorstores.models.files
import vectorstores.models.uploads
from django.db import migrations, models

PURPOSES = [("assistants", "Assistants"), ("batch", "Batch"), ("fine-tune", "Fine Tune"), ("vision", "Vision"), ("user_data", "User Data"), ("evals", "Evals")]
STATUSES = [("in_progress", "In Progress"), ("completed", "Completed"), ("failed", "Failed"), ("cancelled", "Cancelled")]
STAGES = [("waiting", "Waiting"), ("parsing", "Parsing"), ("embedding", "Embedding"), ("publishing", "Publishing")]

CASCADE = django.db.models.deletion.CASCADE
SET_NULL = django.db.models.deletion.SET_NULL


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.UUIDField(default=vectorstores.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={"ordering": ("name",)},
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("project", models.ForeignKey(on_delete=CASCADE, related_name="keys", to="vectorstores.project")),
                ("name", models.CharField(max_length=100)),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("prefix", models.CharField(editable=False, help_text="The first characters.", max_length=10)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("last_used_at", models.DateTimeField(editable=False, null=True)),
                ("revoked_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={"verbose_name": "API key", "ordering": ("-created_at",)},
        ),
        migrations.CreateModel(
            name="File",
            fields=[
                ("id", models.UUIDField(default=vectorstores.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("project", models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="files", to="vectorstores.project")),
                ("filename", models.TextField()),
                ("purpose", models.CharField(choices=PURPOSES, max_length=20)),
                ("bytes", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.FileField(max_length=200, upload_to=vectorstores.models.files.storage_name)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["project", "created_at", "id"], name="file_page"),
                    models.Index(condition=models.Q(("deleted_at__isnull", False)), fields=["deleted_at"], name="file_deleted"),
                    models.Index(condition=models.Q(("expires_at__isnull", False)), fields=["expires_at"], name="file_expires"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.UUIDField(default=vectorstores.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("project", models.ForeignKey(on_delete=CASCADE, related_name="uploads", to="vectorstores.project")),
                ("filename", models.TextField()),
                ("purpose", models.CharField(choices=PURPOSES, max_length=20)),
                ("bytes", models.BigIntegerField()),
                ("mime_type", models.TextField()),
                ("expires_after", models.DurationField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("expires_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(editable=False, null=True)),
                ("completed_at", models.DateTimeField(editable=False, null=True)),
                ("part_ids", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, editable=False, size=None)),
                ("md5", models.CharField(blank=True, editable=False, max_length=32)),
                ("file", models.OneToOneField(editable=False, null=True, on_delete=SET_NULL, related_name="upload", to="vectorstores.file")),
            ],
            options={"indexes": [models.Index(fields=["expires_at"], name="upload_expires")]},
        ),
        migrations.CreateModel(
            name="UploadPart",
            fields=[
                ("id", models.UUIDField(default=vectorstores.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("upload", models.ForeignKey(on_delete=CASCADE, related_name="parts", to="vectorstores.upload")),
                ("bytes", models.BigIntegerField()),
                ("content", models.FileField(blank=True, max_length=200, upload_to=vectorstores.models.uploads.part_storage_name)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="VectorStore",
            fields=[
                ("id", models.UUIDField(default=vectorstores.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("project", models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="vector_stores", to="vectorstores.project")),
                ("name", models.TextField(blank=True)),
                ("description", models.TextField(blank=True, null=True)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("embedding_model", models.TextField()),
                ("embedding_dimensions", models.PositiveSmallIntegerField()),
                ("generation", models.PositiveSmallIntegerField(default=1)),
                ("expires_after_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("last_active_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["project", "created_at", "id"], name="vector_store_page"),
                    models.Index(condition=models.Q(("deleted_at__isnull", False)), fields=["deleted_at"], name="vector_store_deleted"),
                    models.Index(condition=models.Q(("expires_at__isnull", False)), fields=["expires_at"], name="vector_store_expires"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FileBatch",
            fields=[
                ("id", models.UUIDField(default=vectorstores.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("vector_store", models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="batches", to="vectorstores.vectorstore")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("cancelled_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name_plural": "file batches",
                "indexes": [models.Index(fields=["vector_store", "created_at", "id"], name="file_batch_page")],
            },
        ),
        migrations.CreateModel(
            name="VectorStoreFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ("claimed_at", models.DateTimeField(editable=False, null=True)),
                ("vector_store", models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="store_files", to="vectorstores.vectorstore")),
                ("project", models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="+", to="vectorstores.project")),
                ("file", models.ForeignKey(on_delete=CASCADE, related_name="store_files", to="vectorstores.file")),
                ("batch", models.ForeignKey(blank=True, db_index=False, null=True, on_delete=SET_NULL, related_name="store_files", to="vectorstores.filebatch")),
                ("bulk", models.BooleanField(default=False)),
                ("attributes", models.JSONField(blank=True, default=dict)),
                ("max_chunk_size_tokens", models.PositiveSmallIntegerField(default=800)),
                ("chunk_overlap_tokens", models.PositiveSmallIntegerField(default=400)),
                ("status", models.CharField(choices=STATUSES, default="in_progress", max_length=11)),
                ("last_error_code", models.CharField(blank=True, max_length=20)),
                ("last_error_message", models.TextField(blank=True)),
                ("usage_bytes", models.BigIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("stage", models.CharField(choices=STAGES, default="waiting", max_length=10)),
                ("chunks_done", models.IntegerField(default=0)),
                ("chunks_total", models.IntegerField(default=0)),
                ("terms_version", models.SmallIntegerField(default=0)),
                ("fingerprint", models.UUIDField(editable=False, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("embedder_silent_since", models.DateTimeField(editable=False, null=True)),
                ("settled_at", models.DateTimeField(editable=False, null=True)),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("vector_store", "file", "deleted_at"), name="one_row_per_file_in_a_store", nulls_distinct=False)],
                "indexes": [
                    models.Index(fields=["vector_store", "created_at", "id"], name="store_file_page"),
                    models.Index(condition=models.Q(("deleted_at", None)), fields=["vector_store"], include=("status", "usage_bytes", "file"), name="store_file_counts"),
                    models.Index(fields=["batch", "created_at", "id"], name="store_file_batch_page"),
                    models.Index(condition=models.Q(("due_at__isnull", False), ("status", "in_progress")), fields=["bulk", "project", "due_at"], name="store_file_turn"),
                    models.Index(condition=models.Q(("claimed_at__isnull", False)), fields=["project"], name="store_file_claimed"),
                    models.Index(condition=models.Q(("fingerprint__isnull", False), ("status", "completed")), fields=["fingerprint"], name="store_file_fingerprint"),
                    models.Index(condition=models.Q(("deleted_at__isnull", False)), fields=["deleted_at"], name="store_file_deleted"),
                    models.Index(condition=models.Q(("status__in", ("failed", "cancelled")), ("usage_bytes__gt", 0)), fields=["id"], name="store_file_leftovers"),
                    models.Index(condition=models.Q(("usage_bytes__gt", 0)), fields=["vector_store", "id"], name="store_file_with_chunks"),
                    # A later migration recreates it if `bm25.VERSION` is raised.
                    models.Index(condition=models.Q(("terms_version__lt", 1), ("usage_bytes__gt", 0)), fields=["id"], name="store_file_terms_to_make"),
                    django.contrib.postgres.indexes.GinIndex(fields=["attributes"], name="store_file_attributes", opclasses=["jsonb_path_ops"]),
                ],
            },
        ),
    ]
